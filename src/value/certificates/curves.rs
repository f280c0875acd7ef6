//! Named curves and the bits of their fields.

/// What identifiers of curves have in common, and the last number of each with its bits.
type Family = (&'static [u8], &'static [(u8, u64)]);

/// Those that OpenSSL knows: SEC 2, sections 2 and 3 (<https://www.secg.org/SEC2-Ver-1.0.pdf>); ANSI X9.62, appendix J, over prime and binary
/// fields; RFC 5639, section 4.1; WTLS (WAP-261), appendix A; SM2 (RFC 8998, section 3.2.1).
const FAMILIES: &[Family] = &[
    (
        b"\x2b\x81\x04\x00",
        &[
            (1, 163),
            (2, 163),
            (3, 239),
            (4, 113),
            (5, 113),
            (6, 112),
            (7, 112),
            (8, 160),
            (9, 160),
            (10, 256),
            (15, 163),
            (16, 283),
            (17, 283),
            (22, 131),
            (23, 131),
            (24, 193),
            (25, 193),
            (26, 233),
            (27, 233),
            (28, 128),
            (29, 128),
            (30, 160),
            (31, 192),
            (32, 224),
            (33, 224),
            (34, 384),
            (35, 521),
            (36, 409),
            (37, 409),
            (38, 571),
            (39, 571),
        ],
    ),
    (
        b"\x2a\x86\x48\xce\x3d\x03\x01",
        &[(1, 192), (2, 192), (3, 192), (4, 239), (5, 239), (6, 239), (7, 256)],
    ),
    (
        b"\x2a\x86\x48\xce\x3d\x03\x00",
        &[
            (1, 163),
            (2, 163),
            (3, 163),
            (4, 176),
            (5, 191),
            (6, 191),
            (7, 191),
            (10, 208),
            (11, 239),
            (12, 239),
            (13, 239),
            (16, 272),
            (17, 304),
            (18, 359),
            (19, 368),
            (20, 431),
        ],
    ),
    (
        b"\x2b\x24\x03\x03\x02\x08\x01\x01",
        &[
            (1, 160),
            (2, 160),
            (3, 192),
            (4, 192),
            (5, 224),
            (6, 224),
            (7, 256),
            (8, 256),
            (9, 320),
            (10, 320),
            (11, 384),
            (12, 384),
            (13, 512),
            (14, 512),
        ],
    ),
    (
        b"\x67\x2b\x01\x04",
        &[
            (1, 113),
            (3, 163),
            (4, 113),
            (5, 163),
            (6, 112),
            (7, 160),
            (8, 112),
            (9, 160),
            (10, 233),
            (11, 233),
            (12, 224),
        ],
    ),
    (b"\x2a\x81\x1c\xcf\x55\x01\x82", &[(0x2d, 256)]),
];

/// The bits of a curve's field, by the content of its identifier; nothing where it is not known here.
pub fn bits(oid: &[u8]) -> Option<u64> {
    let (last, family) = oid.split_last()?;
    let (_, curves) = FAMILIES.iter().find(|(known, _)| *known == family)?;
    curves.iter().find(|(known, _)| known == last).map(|(_, bits)| *bits)
}
