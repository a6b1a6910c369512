"""Texts that break what is built by pasting strings together."""

HOSTILE = [
    "",
    "O'Brien\"; MATCH (n) DETACH DELETE n //",
    "'; DROP TABLE customers; --",
    '`backtick` \\ \\" \\n',
    "a;b,c\td|e",
    'line\nbreak\r\nand "quoted"\nbreak',
    "\x00NUL and \x01\x07\x1b\x1f\x7f controls",
    "\u202eright to left\u202c \u2028 \u200b \ufeff",
    "😀👨‍👩‍👧 e\u0301 𠮷",
    "  spaces  ",
    "null",
    "NaN",
    "=cmd()",
    "<script>alert(1)</script>",
    "${jndi:ldap://x} {0} %s $rows",
    "汉" * 350_000,
]
