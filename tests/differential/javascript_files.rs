//! Files for the readers of JavaScript, beside those for all.

/// Files that trip up Node's parser.
#[rustfmt::skip]
pub const NODE: &[&[u8]] = &[
    // A name reaches to the next `=`.
    b"OUTER\nB=2\nC=3\n", b"OUTER\r\nB=2\r\nC=3\r\n", b"A\nB=1\r\nA\r\nB=2\n", b"A\n\n\nB=1", b"  # c\nA=1\n",
    b" # c=1\nA=1", b"\t# c\nA=1", b"export A\nB=1\n", b"export A\r\nB=1\r\n", b"export A\r\r=1\n",
    // An empty name ends it; one of blanks is a line feed.
    b"A=1\n=2\nB=3\n", b"=1\nA=1", b" =1\nA=1", b"A=1\n =2\nB=3\n", b"A=1\n  =2\n", b"A=1\n\r =2\nB=3",
    b"A=1\n \r=2\nB=3", b"\n =\nB=3", b"A=\"\n =2\nB=1", b"A=1\n\r=2\nB=3", b"#\n =2\n", b"\t=2\nB=1",
    b"export =1\nA=2", b"export  =1", b"export  A=1\n", b"export   A =1\n", b"export export A=1", b"exportA=1",
    b"export\tA=1", b"export \0A=1\nB=2", b"export A\0=1\n", b"exp\rort A=1", b"99=1\n0=2\n4294967294=3\n4294967295=4\n007=5\n", b"9\0=1\nA=1", b"9\r9=1\nA=1", b"export \r\r\n=1", b"export\r A\rB=1", b"A=0\nexp\rort A=1",
    // Comments and quotes at the end of the file.
    b"A=1\n#B=1", b"#", b"#\n", b"# c", b"#A=1\n", b"A=1\n#B=\"x\n", b"#A=", b"A=\"x", b"A=\"x=1",
    b"A='x=\"y=`z=1", b"A='x=\"y=`z=`1`", b"A=\"x=1\nB=2", b"A=\"x\n", b"A=\"x  \n", b"A=\"x \r\nB=1", b"A=\"\n",
    b"A=\"", b"A=\"# b=c", b"A=\"#\n#b=c", b"A=`x\nB='y\nC=\"z\nD=`1`\n", b"A=\"a\\\"b\"\nB=1",
    b"A=\"x\"y\"\nB=1\n", b"A='x' # \"\nB=1\n", b"A='x'B=1\nC=1", b"A=\"x\\ny\"", b"A=\"x\\\\ny\"", b"A='x\\ny'",
    b"A=`x\\ny`", b"A=x\\ny", b"A=\"x\\ry\\t\"", b"A=\"x\\\rny\"", b"A=\"\\\\\\n\\\"", b"A=\"x\\ny", b"A=\"x\\ny\nB=1",
    // Values.
    b"A= \nB=1", b"A=   ", b"A=\r\nB=1\r\n", b"A=\r", b"A= \r \"x\"\r\nB=1", b"A=#\nB=1", b"A=x#y\nB=1",
    b"A = x # y\n", b"A=\t\"x\"\n", b"A=x\t\nB=1", b"A=x=#=y\nB=1", b"A=a\rb\nB=c\r \r\n", b"A=\"a\rb\"\n",
    b"A='\ra\r'\n", b"A=a \r b\r", b"A=1\rB=2\rC=3\r", b"A=\n\n\"x\"\nB=1", b" \r A\r \r=1", b"\rA=1\n\rB=2",
    b"A\rB=1\n", b"AB=1\nA\rB=2\n", b"A\rB=2\nAB=1\n", b"\r\n\r\nA=1", b"\r# c\nA=1", b"\r", b"\r\r=1",
    // NUL, and what is no UTF-8.
    b"A=a\0b\n", b"A=a \0b\n", b"A=a\r\0b\n", b"A=\0\n", b"A='a\0b'\n", b"A=\"a\\nb\0\"\n", b"A\0B=1\n",
    b"A\0B=1\nA=2\n", b"A=2\nA\0B=1\n", b"A\0C=1\nA\0B=2\n", b"\0A=1\nB=1", b"A\n\0=1\n", b"A\r\0=1\n",
    b"\r\0A\rB=1\nB=2", b"A\rB\0=1", b"\xe9=1\nB=1", b"\xef\xbf\xbd=1\nB=1", b"\xef\xbf\xbd=1\n\xe9=2\nB=1",
    b"\xe9\r\nA=1\nB=1", b"\xe9\0=1\nB=1", b"A=\xc3\r\xa9\n", b"A=\xc3\xa9\n", b"A=\xe2\x82x\xe2\x82\n",
    b"A=\xf0\x9f\x98\n", b"A=\xed\xa0\x80\n", b"A=\"\xe9\\n\"", b"\xc3\r\xa9=1", b"A\n\0=1\nA\r\nB=2",
    b"A\r\nB=1\nA\0=1\n", b"\xfe\xff\0A\0=\x001\0\n\0B\0=\x002\0\n", b"A\0=\x001\0\n\0B\0=\x002\0\n\0",
    b"\xff\xfeA\0=\x001\0\r\0\n\0B\0=\x002\0\r\0\n\0",
];

/// Files that trip up dotenv's regular expression.
#[rustfmt::skip]
pub const DOTENV: &[&[u8]] = &[
    // Between `export`, name and value.
    b"export A=1", b"export  A=1", b"export\nA=1", b"export\xc2\xa0A=1", b"export =1", b"export=1", b"export:\n1",
    b"export: 1", b"exportA=1", b"export export=1", b"export A B=1\nC=1", b"export\nA\nB=1",
    b"export export A=1\nB=1", b"export A", b"export\n=1", b"export \xe9=1\nA=1", b"A\n=1", b"A\n\n = \n1",
    b"A=\n1\nB=2", b"A=\n\"1\"\nB=2", b"A=\n\n 'x' # c\nB=1", b"A= \n'x'\nB=1", b"A=\n'x\nB=1", b"A=\n'x'y\nB=1",
    b"A:1", b"A: 1", b"A:\n1\nB=2", b"A:\r\n1\r\nB=2", b"A:\r1", b"A:\r\n\r\n1\nB=2", b"A :1", b"A:\xc2\xa01",
    b"A:=1", b"A: =1", b"A:\t\"x\"", b"A=\xe2\x80\xa81\nB=1", b"A\xe2\x80\xa8=1", b"A B=1\nC=1",
    b"-A=1\n.=2\n1=3\n", b"A\xc3\xa9=1\nB=1", b"__proto__=1\nA=1", b"constructor=1",
    // Quotes: which one closes, and what then follows.
    b"A='a\\'b'\n", b"A='a\\\\'b'\n", b"A='a\\'", b"A='a\\'\nB='b'\n", b"A='a\\' b\\' c\nB=1",
    b"A='a\\' # \\' c\nB=1", b"A='a\\'\n\\' c' d\nB=1", b"A='a' b\nB='c'\n", b"A='a'b'\nB=1",
    b"A='a\\'\n b' c\nB=1", b"A='\\'", b"A='\\''", b"A=''", b"A='''", b"A=''''", b"A='", b"A='\n'",
    b"A='a\n'x'\nb'", b"A='a' # 'b'", b"A='a' #b", b"A='a'#b\nB=1", b"A='a'\n#b\nB=1", b"A='a'\n\n\nB=1",
    b"A='a'\xe2\x80\xa8B=1", b"A='a' \xc2\xa0\nB=1", b"A='a'\xef\xbb\xbf#", b"A=\"a'\nB='b\"\nC=1",
    b"A=\"a\\\"\n\"b\" c\nB=1", b"A='a\r\nb\rc'\r\nB=1", b"A=\"a\r\n\\n\"", b"A='a\rb", b"A='a' 'b'\nB=1",
    b"A='a# b'c\nB=1", b"A=\"a#b\nB=1", b"A='a#b\nB=\"1\"", b"A='a\0b'\n", b"A='\xe9'\n",
    // Escapes also where the quotes do not come off.
    b"A=\"a\\nb", b"A=\"a\\nb\" c", b"A=\"a\\\\n\\\\r\\r\\n\"", b"A='a\\n'", b"A=a\\n\"", b"A=\"\\n", b"A=\"a\\",
    b"A=\"a\\\rn\"", b"A=\"\xe9\\n\"",
    // A line that ends within a value.
    b"A='a'\xe2\x80\xa8b\n", b"A=x\xe2\x80\xa8'a'\xe2\x80\xa9\"b\"c\n",
    b"A=x\xe2\x80\xa8'a\xe2\x80\xa9b'\xe2\x80\xa8'c' d\n", b"A=\"a\xe2\x80\xa8\"b\\n\"\xe2\x80\xa8\\rc\n",
    b"A='a'\xe2\x80\xa8'b\xe2\x80\xa8c'\xe2\x80\xa8d\n", b"A=\xe2\x80\xa8a\xe2\x80\xa9\n", b"A=''\xe2\x80\xa8x",
    b"A='\xe2\x80\xa8x\n", b"A=x\xe2\x80\xa8'\n", b"A=x\xe2\x80\xa8'y'", b"A=\xe9\xe2\x80\xa8'y'",
    b"A=1 \xe2\x80\xa8# c\xe2\x80\xa8B=1", b"#\xe2\x80\xa8A=1", b"#\xe2\x80\xa6A=1\nB=1", b"x\xe2\x80\xa9A=1",
    b"A=x\xe2\x80\xa8`\xe2\x80\xa8`y", b"A=x\xe2\x80\xa8'a'\xe2\x80\xa8'b'\xe2\x80\xa8z",
    // White space, and what is none.
    b"\x0bA\x0c=\x0b1\x0c\n", b"\xc2\xa0A=\xc2\xa01\xc2\xa0\n", b"A=\xe1\x9a\x801\xe1\x9a\x80",
    b"A=\xe2\x80\x801\xe2\x80\x8a", b"A=\xe2\x80\x8b1", b"A=\xe2\x80\xaf1\xe2\x81\x9f", b"A=\xe3\x80\x801\xef\xbb\xbf",
    b"A=\xc2\x851\xc2\x85", b"A=\xe1\xa0\x8e1", b"A=\xe2\xc2\xa01\xe2\xc2\xa0", b"A=1\xe3\x80", b"\x1cA=1",
    b"A=1\x1c\x1f", b"A= # c\nB=1", b"A=#c", b"A=1#", b"A=1\n  # B=2\nC=3", b"A\nB=1", b"=1\nA=1",
    b"A=\xf0\x9f\x98\xc2\xa0\n", b"A=1\r\r\nB=2",
];

/// Files as projects have them.
pub const REAL: &[&[u8]] = &[
    b"RAILS_ENV=production\nRAILS_LOG_TO_STDOUT=1\nSECRET_KEY_BASE=0a1b2c\n\
DATABASE_URL=postgres://u:p%40ss@db:5432/app?pool=5&sslmode=require\n\
REDIS_URL=\"redis://cache:6379/1\"\n\n# Mail\nSMTP_ADDRESS=smtp.example.com\nSMTP_PORT=587 # TLS\n\
SMTP_FROM='App <app@example.com>'\n",
    b"# server\nNODE_ENV=production\nPORT = 3000\nHOST=\"0.0.0.0\"\nAPI_URL=https://api.example.com/v1#top\n\
CORS=[\"https://a.example.com\",\"https://b.example.com\"]\n\
CONFIG={\"a\": {\"b\": [1, 2, 3]}, \"c\": \"d # e\"}\nCONFIG2='{\"a\": \"b#c\"}'\nCRON=*/5 * * * *\n\
CRON2=\"0 3 * * 1\"\nJWT_SECRET='p@$$w#rd'\nEMPTY=\nEMPTY2=\"\"\n",
    b"export AWS_REGION=eu-west-1\r\nexport BUCKET=\"logs\"\r\n# comment\r\n\r\nGREETING=Hello World\r\n\
PATH_LIKE=C:\\Users\\app\r\nQUOTED='a b'\r\nLAST=1\r\n",
    b"KEY=\"-----BEGIN X-----\nMIIEvQ+/ab==\nAAAA\n-----END X-----\"\n\
KEY2=\"-----BEGIN X-----\\nMIIE==\\n-----END X-----\\n\"\nB=1\n",
    b"KEY=\"-----BEGIN X-----\r\nMIIEvQ+/ab==\r\nAAAA\r\n-----END X-----\"\r\nB=1\r\n",
    b"COMPOSE_PROJECT_NAME=app\nTAG=${TAG:-latest}\nIMAGE=registry.example.com/app:${TAG}\nDEBUG=false\n\
NOTE=it's fine\nNOTE2=say \"hi\"\nMULTI=`a 'b' \"c\"`\nNAME=J\xc3\xbcrgen\n",
    b"A=1\n    # indented\nB=2\n\n\n  C=3\nD = 'x' # y\nE=a=b\nF=--flag=1 --other\nG=user:pass\nH=10%\n",
];
