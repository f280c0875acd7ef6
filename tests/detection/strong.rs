//! Strong secrets, made of a seed: every row of `tests/corpus/strong.md`. Knows nothing of the detector.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

/// Numbers from a seed (splitmix64, public domain, <https://prng.di.unimi.it/splitmix64.c>).
pub struct Draw(pub u64);

impl Draw {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    pub fn of<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next() as u8).collect()
    }

    /// So many characters of an alphabet.
    pub fn text(&mut self, alphabet: &str, count: usize) -> String {
        let alphabet: Vec<char> = alphabet.chars().collect();
        (0..count).map(|_| *self.of(&alphabet)).collect()
    }
}

const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const DIGITS: &str = "0123456789";
const HEX: &str = "0123456789abcdef";
const ALNUM: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const URL: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const BASE32: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE58: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const CROCKFORD: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const DJANGO: &str = "abcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*(-_=+)";
const PRINTABLE: &str =
    "!%&()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~";

const WORDS: &str = "abacus acorn acrobat aerial agility airship almond anchor antler anvil apricot aquifer armor arrow artisan aspen atlas autumn avocado badger bakery ballad bamboo banjo barley basalt basket bayou beacon beaver beetle bellow birch biscuit blanket blizzard blossom bobcat bonfire bonnet border boulder bracket brass breeze bronze brook bucket buffalo bugle bumper burrow butter button cabin cactus camel canary candle canoe canyon carbon cargo carpet carrot cascade castle cedar cellar chapel cherry chisel cinder circus clarinet clover cobalt cobra coconut comet copper coral cotton cougar coyote crayon cricket crimson crystal cushion cymbal cypress dagger dahlia daisy daring dentist desert diesel dimple dolphin donkey doorway dragon dwarf eager eagle early earthen easel eclipse elbow elder elegant ember emerald empire enamel engine envelope epoxy exotic fabric falcon feather fender ferry fiddle fjord flannel flicker flint floral flute fossil fountain fragile freckle frozen furnace galaxy garlic garnet gazelle geyser ginger glacier glimmer goblet gorilla granite gravel gravity griffin guitar gutter hammock harbor harvest hazel helium heron hickory hollow honey hornet humble hybrid icicle igloo indigo island ivory jacket jaguar jasmine jelly jigsaw jungle juniper kayak kernel kettle kitten koala ladder lagoon lantern lattice lavender lemon leopard lily linen lizard lobster locket lotus lunar lyric magnet mammal mango maple marble meadow melody mermaid meteor mimosa mirror mitten molten monsoon mosaic muffin mulberry mustard napkin nectar nickel nimble nutmeg oasis oatmeal obelisk ocean octagon olive onyx opal orbit orchid otter outpost oyster paddle palette panther papaya parade parrot pastel pebble pelican pepper phantom piano pickle pigeon pillow pistol planet plaza plume pocket polka poplar poppy porridge prairie prism puddle pumpkin puzzle quarry quartz quiver rabbit radish raisin ranch raven ravine rhubarb ribbon riddle ripple rocket rooster saddle saffron salmon sandal sapphire satin saucer scarlet sequoia shadow shamrock sherbet silver skillet sonnet sparrow spinach spiral sprout squid stallion starfish stencil sterling sunset swallow swan sycamore tadpole tangerine tango tapestry teapot tempest thicket thimble thistle thunder timber topaz tractor trellis trout trumpet tulip tundra turbine turnip turquoise twilight umbrella unicorn urchin valley vanilla velvet violin volcano waffle walnut walrus whisker willow windmill window winter wombat yarrow yogurt zebra zenith zephyr zigzag account action backup channel custom data entry group label manual network object order public random record secret season token update user value version video wallet";
const SHORT: &str = "acid acorn acre acts afar aged agent agile aging agony ahead aide aids aim ajar alarm alias alibi alien alike alive aloe aloft aloha alone amend amino ample amuse angel anger angle ankle apple april apron aqua area arena argue arise armed armor army aroma array arson art ashen ashes atlas atom attic audio avert avoid awake award awoke axis bacon badge bagel baggy baked baker balmy banjo barge barn bash basil bask batch bath baton bats blade blank blast blaze bleak blend bless blimp blink bloat blob blog blot blunt blurt blush boast boat body boil bok bolt boned boney bonus bony book booth boots boss botch both boxer bread breed bribe brick bride brim bring brink brisk broad broil broke brook broom brush buck bud buggy bulge bulk bully bunch bunny bunt bush bust busy buzz cable cache cadet cage cake calm cameo canal candy cane canon cape card cargo carol carry carve case cash cause cedar chain chair chant chaos charm chase cheek cheer chef chess chest chew chief chili chill chip chomp chop chow chuck chump chunk churn chute cider cinch city civic civil clad claim clamp clap clash clasp class claw clay clean clear cleat cleft clerk click cling clink clip cloak clock clone cloth cloud clump coach coast coat cod coil coke cola cold colt coma come comic comma cone cope copy coral cork cost cot couch cough cover cozy craft cramp crane crank crate crave crawl crazy creme crepe crept crib cried crisp crook crop cross crowd crown crumb crush crust cub cult cupid cure curl curry curse curve curvy cushy cut cycle dab dad daily dairy daisy dance dandy darn dart dash data date dawn deaf deal dean debit debt debug decaf decal decay deck decor decoy deed delay denim dense dent depth derby desk dial diary dice dig dill dime dimly diner dingy disco dish disk ditch ditzy dizzy dock dodge doing doll dome donor donut dose dot dove down dowry doze drab drama drank draw dress dried drift drill drive drone droop drove drown drum dry duck duct dude dug duke duo dusk dust duty dwarf dwell";
/// A draw of 320 out of EFF's long list (Electronic Frontier Foundation, <https://www.eff.org/dice>, CC BY 3.0).
const EFF: &str = "abdomen absolve acting afraid agony alias alibi angular animator animosity annex appointee approach april auction aware backing battered blog boil bootie breeder briskly broiler buffoon bulldozer bungee calculus campfire campsite captive carpentry catering chair charity cheating cheesy cherisher circus clanking clinic cloak cohesive collide company conceal condense connected constable cornmeal crepe curve deceiver decorated default deferred degree dense derby disagree disarray discount disprove doctrine drainer duffel dweeb dwindle ecosystem edginess effects embattled emotion emphases estrogen eternity evict evolution exciting exfoliate failing fantasy federal feminize filler finalist flagpole flatly footage footrest frolic galvanize germinate getaway glimpse goatskin goldmine gothic grape gristle grouped habitual hacking hatless hazy herself hubcap hula human hunting huntress immunity impeach irritable ivy jackpot jaunt jogger john jumble kelp kettle kilometer kung landless lettuce leverage liability lifter limes lizard luckiness lucrative lullaby lumping lustrous manager manmade mantis marrow mating mocker modified mongrel moonstone mourner mouth mower mowing mulled mutiny myself nail neatness negation neurotic ninja numbness oat oblivion oboe obstacle obtuse ogle onshore operate operator outburst outcome outlast overtone paprika parabola parakeet paralegal paramount parcel pardon patronize payroll pediatric pedometer penpal petition pliable plunder pointless polish popsicle poster pranker pregnancy preheated premiere preseason primate prompter proofread proofs proud province puzzling quintuple raking rash ravine reacquire reappoint recess regally reiterate renewably reopen repair repaying reporter resume rewrap riches ritalin roaming robust royal saddlebag safehouse sanction sanitary scalding scallion scheming schilling scruffy sedan send sensually shape shining shorten shorter shorty shrivel sighing sixtieth skiing snipping snowdrift spearmint spectator spelling spongy staff staining stapling starlight starlit steerable stimulus stranger stream strive subsidize superman surprise surviving swampland swan swapping swimsuit swizzle swooned tacky tannery tartly taunt tidbit tractor traffic trapezoid trench truck truffle tuition twiddle tying uncloak underage underdog unexpired unfasten unlawful unleveled unlined unpaved unreached unreal unreeling unroll unsalted unsecured unspoken untoasted uproot utensil venue version viable vicinity vivacious vixen wannabe washboard whacking wham wieldable wilt wind wok worst yesterday zookeeper";
const GERMAN: &str = "Apfel Baum Brücke Dachs Eiche Fenster Flöte Garten Gebirge Hafen Hügel Igel Jäger Kerze Kirsche Kübel Laterne Löffel Möwe Nebel Ofen Pfütze Quelle Regen Säule Stuhl Tänzer Ufer Vogel Wiese Zaun Zwiebel";
const FRENCH: &str = "arbre bateau cerise château crème écharpe épine fenêtre forêt girafe grenier hibou île jardin lézard mouton neige oiseau papillon pêche pluie prairie renard rivière sable soleil tonnerre tortue vague violon";
const SPANISH: &str = "árbol arena barco caballo camión ciruela delfín espejo farol flor gallina girasol hierba jabón jirafa ladrillo limón luna manzana montaña nube oveja pájaro piedra playa quinto ratón río sandía sombrero tijera viento";
const RUSSIAN: &str = "берёза ветер вишня гроза дерево дождь жираф журавль звезда зима камень кот лампа лес лисица мост облако озеро окно осень пингвин поезд радуга река роза снег сосна стул туман черешня яблоко якорь";
const PINYIN: &str = "chuang huang niao zhuo yizi shui hua shan feng yun xue yue xing cao shu lin chun xia qiu dong mao gou ma niu yang tu long she hou zhu";

fn words(list: &str) -> Vec<&str> {
    list.split(' ').collect()
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn phrase(draw: &mut Draw, list: &str, least: usize, most: usize) -> String {
    let all = words(list);
    let count = least + draw.below(most - least + 1);
    let by = *draw.of(&["-", "_", ".", " ", ""]);
    let capitals = draw.below(2) == 0;
    let mut chosen: Vec<String> = (0..count)
        .map(|_| {
            let word = *draw.of(&all);
            if capitals || by.is_empty() { capital(word) } else { word.to_owned() }
        })
        .collect();
    if draw.below(2) == 0 {
        let digits = 1 + draw.below(4);
        let number = draw.text(DIGITS, digits);
        let at = 1 + draw.below(count);
        chosen.insert(at, number);
    }
    chosen.join(by)
}

/// Words written together, with a name before them, or as programs join them.
fn joined(draw: &mut Draw) -> String {
    let words = words(EFF);
    let mut some = |count: usize, by: &str, capitals: bool| {
        let word = |_| {
            let word = *draw.of(&words);
            if capitals { capital(word) } else { word.to_owned() }
        };
        (0..count).map(word).collect::<Vec<_>>().join(by)
    };
    let small = some(4, "", false);
    let large = some(4, "", true);
    let marked = some(4, "-", false);
    let others = some(5, " ", false);
    let digit = draw.text(DIGITS, 1);
    let by = *draw.of(&[":", ",", "/", "+", "=", " - ", "--", "|"]);
    match draw.below(6) {
        0 => small,
        1 => large,
        2 => format!("{}{marked}", *draw.of(&["prod-", "myapp_", "test_", "my-", "dev-", "acme-"])),
        3 => format!("{}{digit}", capital(&marked)),
        4 => marked.replace('-', by),
        _ => others,
    }
}

/// Three groups of six as Apple's keychain makes them, or in small letters alone.
fn grouped(draw: &mut Draw) -> String {
    let mut letters: Vec<char> = Vec::new();
    for _ in 0..6 {
        for alphabet in ["bcdfghjkmnpqrstvwxz", "aeiouy", "bcdfghjkmnpqrstvwxz"] {
            letters.extend(draw.text(alphabet, 1).chars());
        }
    }
    if draw.below(2) == 0 {
        let (up, digit) = (draw.below(18), draw.below(18));
        letters[up] = letters[up].to_ascii_uppercase();
        letters[digit] = draw.text(DIGITS, 1).chars().next().unwrap();
    }
    letters.chunks(6).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

fn pronounceable(draw: &mut Draw) -> String {
    let starts = words("b c d f g h j k l m n p qu r s t v w x z ch ph sh th");
    let vowels = words("a e i o u ae ah ai ee ei ie oh oo");
    let length = *draw.of(&[12, 14, 16]);
    let mut text = String::new();
    while text.len() < length {
        text += draw.of::<&str>(&starts);
        text += draw.of::<&str>(&vowels);
    }
    text.truncate(length);
    let (up, digit) = (draw.below(length), draw.below(length));
    let number = draw.text(DIGITS, 1);
    let mut letters: Vec<char> = text.chars().collect();
    letters[up] = letters[up].to_ascii_uppercase();
    letters[digit] = number.chars().next().unwrap();
    letters.into_iter().collect()
}

fn mixed(draw: &mut Draw) -> String {
    let length = 10 + draw.below(7);
    loop {
        let text = draw.text(&format!("{ALNUM}!@#%^&*-_+=?"), length);
        let has = |test: fn(char) -> bool| text.chars().any(test);
        if has(|c| c.is_ascii_lowercase())
            && has(|c| c.is_ascii_uppercase())
            && has(|c| c.is_ascii_digit())
            && has(|c| !c.is_ascii_alphanumeric())
        {
            return text;
        }
    }
}

fn uuid(draw: &mut Draw) -> String {
    let hex = draw.text(HEX, 31);
    let variant = draw.text("89ab", 1);
    format!("{}-{}-4{}-{variant}{}-{}", &hex[..8], &hex[8..12], &hex[12..15], &hex[15..18], &hex[18..30])
}

fn pem(draw: &mut Draw, kind: &str, by: &str) -> String {
    let (open, close) = (
        ["-----BEGIN", kind, "PRIVATE KEY-----"].join(" "),
        ["-----END", kind, "PRIVATE KEY-----"].join(" "),
    );
    let body = STANDARD.encode(draw.bytes(300));
    let lines: Vec<&str> =
        body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("{open}{by}{}{by}{close}{by}", lines.join(by)).replace("  ", " ")
}

fn jwt(draw: &mut Draw) -> String {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let subject = draw.text(DIGITS, 10);
    let head = part("{\"alg\":\"HS256\",\"typ\":\"JWT\"}");
    let body = part(&format!("{{\"iss\":\"auth\",\"sub\":\"{subject}\",\"iat\":1700000000}}"));
    format!("{head}.{body}.{}", URL_SAFE_NO_PAD.encode(draw.bytes(32)))
}

/// One of the words.
pub fn word(draw: &mut Draw) -> String {
    let words: Vec<&str> = WORDS.split(' ').collect();
    (*draw.of(&words)).to_owned()
}

/// A row's name and a draw of it.
pub type Row = (&'static str, fn(&mut Draw) -> String);

/// Every row whose draws are random or strong in number.
pub const ROWS: &[Row] = &[
    ("hex", |d| {
        let n = *d.of(&[32, 40, 64, 128]);
        d.text(HEX, n)
    }),
    ("hex in capitals", |d| d.text("0123456789ABCDEF", 32)),
    ("base64", |d| {
        let n = *d.of(&[16, 24, 32, 33, 48, 64]);
        STANDARD.encode(d.bytes(n))
    }),
    ("base64 without padding", |d| STANDARD_NO_PAD.encode(d.bytes(32))),
    ("base64url", |d| {
        let n = *d.of(&[16, 32, 48]);
        URL_SAFE.encode(d.bytes(n))
    }),
    ("base32", |d| {
        let n = *d.of(&[16, 26, 32]);
        d.text(BASE32, n)
    }),
    ("base58", |d| {
        let n = *d.of(&[22, 44, 88]);
        d.text(BASE58, n)
    }),
    ("alphanumeric", |d| {
        let n = *d.of(&[16, 20, 24, 32, 40, 64]);
        d.text(ALNUM, n)
    }),
    ("lower and digits", |d| {
        let n = *d.of(&[20, 25, 32]);
        d.text(&format!("{LOWER}{DIGITS}"), n)
    }),
    ("printable", |d| {
        let n = *d.of(&[12, 16, 20, 32]);
        d.text(PRINTABLE, n)
    }),
    ("decimal", |d| {
        let n = *d.of(&[16, 24]);
        d.text(DIGITS, n)
    }),
    ("Laravel", |d| format!("base64:{}", STANDARD.encode(d.bytes(32)))),
    ("Django", |d| d.text(DJANGO, 50)),
    ("WordPress salt", |d| d.text(PRINTABLE, 64)),
    ("Fernet", |d| URL_SAFE.encode(d.bytes(32))),
    ("UUID", uuid),
    ("UUID without hyphens", |d| uuid(d).replace('-', "")),
    ("UUID in capitals", |d| uuid(d).to_uppercase()),
    ("ULID", |d| format!("{}{}", d.text("01234567", 1), d.text(CROCKFORD, 25))),
    ("nanoid", |d| {
        let n = *d.of(&[21, 10]);
        d.text(URL, n)
    }),
    ("KSUID", |d| d.text(ALNUM, 27)),
    ("JWT", jwt),
    ("bcrypt", |d| format!("$2y$12${}", d.text(ALNUM, 53))),
    ("argon2id", |d| {
        format!(
            "$argon2id$v=19$m=65536,t=3,p=4${}${}",
            STANDARD_NO_PAD.encode(d.bytes(16)),
            STANDARD_NO_PAD.encode(d.bytes(32))
        )
    }),
    ("PBKDF2", |d| format!("pbkdf2_sha256$720000${}${}", d.text(ALNUM, 22), STANDARD.encode(d.bytes(32)))),
    ("htpasswd", |d| format!("admin:$apr1${}${}", d.text(ALNUM, 8), d.text(ALNUM, 22))),
    ("age", |d| format!("AGE-SECRET-KEY-1{}", d.text("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58))),
    ("PEM in one line", |d| pem(d, "RSA", "\\n")),
    ("PEM", |d| pem(d, "EC", "\n")),
    ("OpenSSH", |d| pem(d, "OPENSSH", "\\n")),
    ("GitHub", |d| format!("{}_{}", *d.of(&["ghp", "gho", "ghs"]), d.text(ALNUM, 36))),
    ("GitHub, fine-grained", |d| format!("github_pat_{}_{}", d.text(ALNUM, 22), d.text(ALNUM, 59))),
    ("GitLab", |d| format!("glpat-{}", d.text(URL, 20))),
    ("Slack", |d| format!("xoxb-{}-{}-{}", d.text(DIGITS, 12), d.text(DIGITS, 13), d.text(ALNUM, 24))),
    ("Stripe", |d| {
        format!("{}{}", *d.of(&["sk_live_", "sk_test_", "rk_live_", "whsec_"]), d.text(ALNUM, 24))
    }),
    ("OpenAI", |d| format!("{}{}", *d.of(&["sk-", "sk-proj-"]), d.text(URL, 48))),
    ("Anthropic", |d| format!("sk-ant-api03-{}AA", d.text(URL, 91))),
    ("SendGrid", |d| format!("SG.{}.{}", d.text(URL, 22), d.text(URL, 43))),
    ("Twilio", |d| format!("{}{}", *d.of(&["AC", "SK", ""]), d.text(HEX, 32))),
    ("AWS id", |d| format!("{}{}", *d.of(&["AKIA", "ASIA"]), d.text(BASE32, 16))),
    ("AWS secret", |d| d.text(&format!("{ALNUM}+/"), 40)),
    ("Google", |d| format!("AIza{}", d.text(URL, 35))),
    ("Google client", |d| format!("GOCSPX-{}", d.text(URL, 28))),
    ("Telegram", |d| format!("{}:AA{}", d.text(DIGITS, 10), d.text(URL, 33))),
    ("Discord", |d| format!("{}.{}.{}", d.text(URL, 24), d.text(URL, 6), d.text(URL, 38))),
    ("npm", |d| format!("npm_{}", d.text(ALNUM, 36))),
    ("Vault", |d| format!("hvs.{}", d.text(URL, 90))),
    ("Supabase", |d| format!("sb_secret_{}_{}", d.text(URL, 22), d.text(URL, 8))),
    ("passphrase", |d| phrase(d, WORDS, 4, 8)),
    ("passphrase of short words", |d| phrase(d, SHORT, 5, 7)),
    ("passphrase of EFF's list", |d| phrase(d, EFF, 4, 8)),
    ("passphrase as programs join it", joined),
    ("groups", grouped),
    ("cuid", |d| format!("c{}", d.text(&format!("{LOWER}{DIGITS}"), 24))),
    ("letters", |d| {
        let n = *d.of(&[16, 20, 24, 32]);
        let alphabet = *d.of(&[LOWER, &ALNUM[..52], &ALNUM[..26]]);
        d.text(alphabet, n)
    }),
    ("hex of an odd length", |d| {
        let n = *d.of(&[12, 14, 18, 20, 26, 48]);
        d.text(HEX, n)
    }),
    ("passphrase in German", |d| phrase(d, GERMAN, 5, 5)),
    ("passphrase in French", |d| phrase(d, FRENCH, 5, 5)),
    ("passphrase in Spanish", |d| phrase(d, SPANISH, 5, 5)),
    ("passphrase in Russian", |d| phrase(d, RUSSIAN, 5, 5)),
    ("passphrase in pinyin", |d| phrase(d, PINYIN, 5, 5)),
    ("pronounceable", pronounceable),
    ("mixed", mixed),
    ("word and random", |d| {
        let w = *d.of(&words(WORDS));
        let by = *d.of(&["-", "_", ".", ":"]);
        format!("{w}{by}{}", d.text(ALNUM, 12))
    }),
    ("few kinds", |d| {
        let all = d.text(LOWER, 8);
        d.text(&all, 32)
    }),
    ("octal", |d| d.text("01234567", 64)),
];

const INSIDE: &str = "test xxx change changeme todo your my admin 1234 123456 aaaa 0000 pass password secret demo example sample dummy fake foo bar none null here key token replace insert default qwerty root abc temp dev dein tu votre sua tuo jouw senin twoj hier aqui ici qui tutaj buraya";
const BEFORE: &[&str] = &[
    "prod-db-",
    "my-secret-key-",
    "your-app-",
    "test_",
    "sk_test_",
    "password-",
    "example_",
    "todo-app-",
    "secret:",
    "dev/",
    "changeme-",
    "xxxx",
];
const BEHIND: &[&str] = &["_here", "-test", "_example", "123", "!", "2024", "-changeme", "_your_key"];

/// A draw that looks like a stand-in: with a word inside, before or behind it, or a mark.
pub fn adversarial(draw: &mut Draw) -> String {
    let inner = loop {
        let made = (draw.of(ROWS).1)(draw);
        if made.chars().count() >= 16 && made.len() < 200 {
            break made;
        }
    };
    let letters: Vec<char> = inner.chars().collect();
    let at = draw.below(letters.len() + 1);
    let word = match draw.below(8) {
        0 => {
            let mark = *draw.of(&["<", ">", "{", "}", "[", "]", "$", "%", "*", ".", "…", "${"]);
            return splice(&letters, at, mark);
        }
        1 => {
            let secret = if draw.below(2) == 0 { uuid(draw) } else { draw.text(HEX, 32) };
            return format!("{}{secret}", *draw.of(BEFORE));
        }
        2 => return format!("{}{}", draw.text(ALNUM, 24), *draw.of(BEHIND)),
        3 => {
            let run = *draw.of(&["aaaa", "0000", "abcd", "4321", "ababab", "xxxx", "XXXX"]);
            let text = draw.text(ALNUM, 24);
            let at = draw.below(25);
            return splice(&text.chars().collect::<Vec<_>>(), at, run);
        }
        _ => (*draw.of(&words(INSIDE))).to_owned(),
    };
    let word = match draw.below(3) {
        0 => word.to_uppercase(),
        1 => capital(&word),
        _ => word,
    };
    let by = *draw.of(&["", "-", "_", "."]);
    splice(&letters, at, &format!("{by}{word}{by}"))
}

fn splice(letters: &[char], at: usize, word: &str) -> String {
    letters[..at].iter().collect::<String>() + word + &letters[at..].iter().collect::<String>()
}

/// Escapes all but unreserved characters (RFC 3986, section 2.1).
pub fn escaped(text: &str) -> String {
    let keep = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    text.bytes().map(|b| if keep(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// Keys that a secret is put under; the last two do not say that it is one.
pub const KEYS: &[&str] = &[
    "DB_PASSWORD",
    "POSTGRES_PASSWORD",
    "JWT_SECRET",
    "SECRET_KEY_BASE",
    "API_KEY",
    "AUTH_TOKEN",
    "APP_KEY",
    "SMTP_PASS",
    "PRIVATE_KEY",
    "AWS_SECRET_ACCESS_KEY",
    "WEBHOOK_SECRET",
    "ENCRYPTION_KEY",
    "S3_SECRET",
    "app.jwt.secret",
    "VALUE",
    "EXTRA",
];

/// The places that a secret is put in: itself, and inside addresses and other text.
pub fn places(secret: &str) -> Vec<String> {
    let e = escaped(secret);
    let mut all = vec![
        secret.to_owned(),
        format!("postgres://app:{e}@db/app"),
        format!("mysql://root:{e}@localhost:3306/test"),
        format!("redis://:{e}@cache:6379/0"),
        format!("amqp://guest:{e}@mq:5672/%2f"),
        format!("mongodb+srv://admin:{e}@cluster.example.net/app?retryWrites=true"),
        format!("smtp://user%40example.org:{e}@mail.example.org:587"),
        format!("https://{e}@sentry.example.org/1"),
        format!("https://hooks.example.org/{e}"),
        format!("jdbc:postgresql://db/app?user=app&password={e}"),
    ];
    if !secret.contains([';', ' ', '"', '\\', '\'', '=']) {
        all.push(format!("Server=db;Database=app;User Id=sa;Password={secret};"));
        all.push(format!("user=app password={secret} host=db"));
        all.push(format!("{{\"type\":\"app\",\"secret\":\"{secret}\"}}"));
    }
    all
}
