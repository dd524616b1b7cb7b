"""Where we differ from nginx 1.22 on purpose, each with the reason."""


def by_name(reasons):
    return {name: reason for reason, names in reasons.items() for name in names}


def request_lines(*forms):
    return [f"heads: the request line {form!r}" for form in forms]


# Refused by us and taken by nginx.
STRICTER = by_name({
    "a bare LF ends a line for some readers and not for others (RFC 9112 2.2 lets us refuse it)": [
        "codings: the coding behind a bare LF", "chunks: a bare LF after a size",
        "chunks: a bare LF after a chunk", "chunks: a bare LF after the last size",
        "chunks: a bare LF at the end", "chunks: a trailer behind a bare LF", "lines: bare LFs",
        "lines: a bare LF after the request line", "lines: a bare LF after a field",
        "lines: a bare LF as the empty line", "lines: a bare LF before"],
    "a bare CR is to be refused (RFC 9112 2.2)": ["lines: CR CR LF"],
    "one empty line before a request is enough (RFC 9112 2.2)": ["lines: two empty lines before"],
    "a chunk's size has at most 16 digits": ["chunks: a chunk size of '00000000000000001'"],
    "no white space belongs there (RFC 9112 7.1.1 calls it bad)": [
        f"chunks: a chunk size of {form!r}" for form in ("1 ", "1\t", "1 ;a")],
    "an extension is text, and 256 bytes with its size": [
        "chunks: a chunk size of '1;a\\x00b'", "chunks: a long extension"],
    "a trailer is a field (RFC 9112 7.1.2)": [
        "chunks: a trailer that is no field", "chunks: a trailer that is a request"],
    "a field has a colon, and its name is a token (RFC 9110 5.1); nginx passes over it, which hides "
    "a field from one of two readers": [
        "lines: a field without a colon", "lines: UTF-8 in a name",
        *(f"lines: {mark} in a name" for mark in "()[]{}<>@,;\\\"/?=")],
    "control characters are to be refused or replaced (RFC 9110 5.5)": [
        "lines: a control character in a value", "lines: DEL in a value"],
    "one space stands between the parts (RFC 9112 3)": request_lines(
        "GET  / HTTP/1.1", "GET /  HTTP/1.1", "GET / HTTP/1.1 "),
    "a version has one digit on each side (RFC 9112 2.3), and 1.2 is none that we know":
        request_lines("GET / HTTP/1.11", "GET / HTTP/1.2"),
    "the schemes served are http and https": request_lines("GET ftp://shop.example/ HTTP/1.1"),
    "a target is ASCII without a fragment (RFC 9112 3.2)": request_lines(
        "GET /# HTTP/1.1", "GET /\u00e9 HTTP/1.1"),
    "a Host is a host and a port (RFC 9110 7.2)": [
        f"heads: a Host of {form!r}" for form in ("a@b", "a\\b", "a#b", "a?b", "\u00e9")],
    "an expectation that is not known is 417 (RFC 9110 10.1.1)": ["heads: another expectation"],
})

# Refused by nginx and taken by us: none of it moves the end of a request.
WIDER = by_name({
    "a method is any token (RFC 9110 9.1); one that we do not serve gets 405": request_lines(
        "get / HTTP/1.1"),
    "OPTIONS has an asterisk-form (RFC 9112 3.2.4)": request_lines("OPTIONS * HTTP/1.1"),
    "a path is compared as it was sent and never decoded, so that it gets 404": request_lines(
        "GET /%00 HTTP/1.1", "GET /%zz HTTP/1.1", "GET /../a HTTP/1.1"),
    "no page depends on the Host's name, and dots are allowed in it (RFC 3986 3.2.2)": [
        f"heads: a Host of {form!r}" for form in ("..", ".", "a..b")],
})
