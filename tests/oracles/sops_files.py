"""Files of SOPS by other hands than the program's.

`made_here` is a sealer of its own over the package `cryptography`, for all stores. `made_by_sops` seals trees with the
package `sops` 1.18 of PyPI, the first implementation of the format: its functions that walk, seal and hash, of which
only the data key is given here (it came from a key service, and the packages for those are not needed).

Prints one line of JSON for each file: its form, its text, its data key and what it holds, values in base64.
"""

import base64
import copy
import hashlib
import json
import os
import sys
import types
from collections import OrderedDict

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

KEY = bytes(range(32))
LAST = "2026-05-22T20:15:29Z"
TEXTS = [
    "plain", "two\nlines\n", " blanks ", "größe 😀", "a=b#c;d", "\\n", '"quoted"', "ENC[", "x" * 5000,
]


class Maker:
    """Seals values and remembers what goes into the authentication code."""

    def __init__(self, only_sealed=False):
        self.over = hashlib.sha512(hashlib.sha256(b"sops").digest() if only_sealed else b"")
        self.only_sealed = only_sealed
        self.held = []

    @staticmethod
    def encrypt(place, kind, text):
        nonce = os.urandom(32)
        sealer = Cipher(algorithms.AES(KEY), modes.GCM(nonce)).encryptor()
        sealer.authenticate_additional_data(place.encode())
        data = sealer.update(text) + sealer.finalize()
        parts = [base64.b64encode(part).decode() for part in (data, nonce, sealer.tag)]
        return "ENC[AES256_GCM,data:{},iv:{},tag:{},type:{}]".format(*parts, kind)

    def sealed(self, name, place, value):
        if isinstance(value, bool):
            kind, text, shown = "bool", str(value), str(value).lower()
        elif isinstance(value, int):
            kind, text, shown = "int", str(value), str(value)
        elif isinstance(value, float):
            kind, text = "float", repr(value)
            shown = text
        else:
            kind, text, shown = "str", value, value
        self.over.update(text.encode())
        self.held.append((name, shown))
        return self.encrypt(place, kind, text.encode()) if text else ""

    def plain(self, name, text):
        if not self.only_sealed:
            self.over.update(text.encode())
        self.held.append((name, text))
        return text

    def mac(self):
        return self.encrypt(LAST, "str", self.over.hexdigest().upper().encode())

    def done(self, form, text):
        held = [[name, base64.b64encode(value.encode()).decode()] for name, value in self.held]
        print(json.dumps({"form": form, "file": text, "key": KEY.hex(), "held": held}))


def tree(maker, value, name="", place="", sealed=True):
    """A mapping or list with its leaves sealed, in order."""
    if isinstance(value, dict):
        out = {}
        for key, item in value.items():
            below = sealed and not key.endswith("_unencrypted")
            out[key] = tree(maker, item, f"{name}.{key}".lstrip("."), f"{place}{key}:", below)
        return out
    if isinstance(value, list):
        return [tree(maker, item, f"{name}.{at}", place, sealed) for at, item in enumerate(value)]
    if not sealed:
        return maker.plain(name, value)
    return maker.sealed(name, place, value)


def yaml(value, indent=0):
    """Block YAML as SOPS writes it; strings that are not sealed in double quotes."""
    pad, lines = "    " * indent, []
    for key, item in value.items():
        if isinstance(item, dict):
            lines += [f"{pad}{key}:", *yaml(item, indent + 1)]
        elif isinstance(item, list):
            lines.append(f"{pad}{key}:")
            for entry in item:
                if isinstance(entry, dict):
                    first, *rest = yaml(entry, indent + 2)
                    lines += [f"{pad}    - {first.strip()}", *[line[2:] for line in rest]]
                else:
                    lines.append(f"{pad}    - {scalar(entry)}")
        else:
            lines.append(f"{pad}{key}: {scalar(item)}")
    return lines


def scalar(text):
    return text if text.startswith("ENC[AES256_GCM,") else json.dumps(text)


def made_here():
    texts = TEXTS + [""]
    sample = {
        "texts": texts,
        "db": {"password": "one", "port": 5432, "ratio": 0.1, "large": 9223372036854775807, "on": True},
        "hosts": [{"name": "a", "up": False}, {"name": "b", "up": True}],
        "note_unencrypted": {"by": "hand", "list": ["x", "y"]},
    }
    for only_sealed in (False, True):
        fields = {"mac_only_encrypted": True} if only_sealed else {}
        maker = Maker(only_sealed)
        values = tree(maker, sample)
        values["sops"] = {"lastmodified": LAST, "mac": maker.mac(), "version": "3.13.1", **fields}
        maker.done("json", json.dumps(values, indent="\t"))
        maker = Maker(only_sealed)
        values = tree(maker, sample)
        lines = [f"#{maker.encrypt(':', 'comment', b' head')}"]
        lines += yaml(values)
        lines += ["sops:", f'    lastmodified: "{LAST}"', f"    mac: {maker.mac()}", "    version: 3.13.1"]
        lines += ["    mac_only_encrypted: true"] if only_sealed else []
        maker.held.insert(0, ("", " head"))
        maker.done("yaml", "\n".join(lines) + "\n")
        flat = {"lastmodified": LAST, "version": "3.13.1", **({"mac_only_encrypted": "true"} if only_sealed else {})}
        maker = Maker(only_sealed)
        lines = [f"KEY{at}={maker.sealed(f'KEY{at}', f'KEY{at}:', text)}" for at, text in enumerate(texts)]
        lines.append(f"A_unencrypted={maker.plain('A_unencrypted', 'in plain')}")
        flat["mac"] = maker.mac()
        maker.done("dotenv", "\n".join(lines + [f"sops_{name}={text}" for name, text in sorted(flat.items())]) + "\n")
        maker = Maker(only_sealed)
        lines = []
        for section in ("one", "two words"):
            lines.append(f"[{section}]")
            for at, text in enumerate(texts):
                lines.append(f"key{at} = {maker.sealed(f'{section}.key{at}', f'{section}:key{at}:', text)}")
        flat["mac"] = maker.mac()
        maker.done("ini", "\n".join([*lines, "", "[sops]", *[f"{name} = {text}" for name, text in flat.items()]]) + "\n")
    maker = Maker()
    data = maker.sealed("data", "data:", "\n".join(TEXTS))
    maker.done("binary", json.dumps({"data": data, "sops": {"lastmodified": LAST, "mac": maker.mac(), "version": "3.13.1"}}))


def made_by_sops():
    # What it imports for key services and YAML, and for the tree here never calls.
    class PreservedScalarString(str):
        pass

    scalarstring = types.SimpleNamespace(PreservedScalarString=PreservedScalarString)
    ruamel_yaml = types.ModuleType("ruamel.yaml")
    ruamel_yaml.scalarstring = scalarstring
    ruamel = types.ModuleType("ruamel")
    ruamel.yaml = ruamel_yaml
    stand_ins = {"boto3": types.ModuleType("boto3"), "ruamel": ruamel, "ruamel.yaml": ruamel_yaml}
    sys.modules.update(stand_ins)
    import sops

    plain = OrderedDict(
        texts=list(TEXTS),
        db=OrderedDict(password="one", port=5432, ratio=0.1, on=True, off=False),
        hosts=[OrderedDict(name="a", up=False), OrderedDict(name="b", up=True)],
        note_unencrypted="by hand",
    )
    held = []

    def hold(value, name):
        if isinstance(value, dict):
            for key, item in value.items():
                hold(item, f"{name}.{key}".lstrip("."))
        elif isinstance(value, list):
            for at, item in enumerate(value):
                hold(item, f"{name}.{at}")
        else:
            held.append((name, str(value).lower() if isinstance(value, bool) else str(value)))

    hold(plain, "")
    value = copy.deepcopy(plain)
    value["sops"] = OrderedDict(version=sops.VERSION, unencrypted_suffix="_unencrypted")
    value = sops.walk_and_encrypt(value, KEY)
    held = [[name, base64.b64encode(text.encode()).decode()] for name, text in held]
    print(json.dumps({"form": "json", "file": json.dumps(value, indent=4), "key": KEY.hex(), "held": held}))


made_here()
made_by_sops()
