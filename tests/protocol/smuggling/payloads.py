"""What is sent to both servers: requests that two readers could read in two ways.

Each is a stream on a connection of its own. After it comes LAST, which a server answers, and then
closes, when it agrees that everything before it has ended there.
"""

import collections

LAST = b"GET /last HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n"
HOST = "Host: shop.example\r\n"
SMUGGLED = "GET /smuggled HTTP/1.1\r\n" + HOST + "\r\n"

Payload = collections.namedtuple("Payload", "name stream")


def get(fields="", line="GET / HTTP/1.1"):
    return f"{line}\r\n{HOST}{fields}\r\n"


def post(fields, body):
    return f"POST / HTTP/1.1\r\n{HOST}{fields}\r\n{body}"


def chunked(body, coding="Transfer-Encoding: chunked"):
    return post(coding + "\r\n", body)


def lengths():
    zero = "0\r\n\r\n"
    both = "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"
    yield "a body", post("Content-Length: 3\r\n", "abc")
    yield "no body", post("Content-Length: 0\r\n", "")
    yield "two requests", get() + get()
    yield "a request as a body", post(f"Content-Length: {len(SMUGGLED)}\r\n", SMUGGLED)
    yield "a request as a chunk", chunked(f"{len(SMUGGLED):x}\r\n{SMUGGLED}\r\n{zero}")
    yield "a request behind a body", post("Content-Length: 3\r\n", "abc" + SMUGGLED)
    yield "both lengths", post(both, zero)
    yield "both lengths, the other way", post(
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", zero)
    yield "both lengths, the length shorter", post(
        "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", zero + SMUGGLED)
    yield "both lengths, the length longer", post(
        f"Content-Length: {5 + len(SMUGGLED)}\r\nTransfer-Encoding: chunked\r\n", zero + SMUGGLED)
    yield "the same length twice", post("Content-Length: 3\r\n" * 2, "abc")
    yield "two lengths", post("Content-Length: 3\r\nContent-Length: 0\r\n", "abc")
    yield "two lengths, the other way", post("Content-Length: 0\r\nContent-Length: 3\r\n", "abc")
    yield "a list of lengths", post("Content-Length: 3, 3\r\n", "abc")
    for form in ("+3", "-3", "0x3", "3.0", "3 ", "3 3", "03", "3;", "", "three", "3\t", "\u0663",
                 "18446744073709551619", "9223372036854775808"):
        yield f"a length of {form!r}", post(f"Content-Length: {form}\r\n", "abc")
    yield "a length with its space before the colon", post("Content-Length : 3\r\n", "abc")
    yield "a length with a tab before the colon", post("Content-Length\t: 3\r\n", "abc")
    yield "a length of another name", post("Content_Length: 3\r\n", "")
    yield "a length in a GET", get("Content-Length: 3\r\n") + "abc"
    yield "chunks in a GET", get("Transfer-Encoding: chunked\r\n") + zero


def codings():
    zero = "0\r\n\r\n"
    for form in ("chunked", "CHUNKED", "Chunked ", "\tchunked", "xchunked", "chunkedx", "chunked,",
                 "identity", "gzip", "gzip, chunked", "chunked, gzip", "chunked, identity",
                 "identity, chunked", "chunked;q=1", '"chunked"', "", "chunk", "x\tchunked",
                 "\x0bchunked", "\x00chunked", "chunked\x00", "chunked, chunked"):
        yield f"a coding of {form!r}", chunked(zero, f"Transfer-Encoding: {form}")
    yield "no space before the coding", chunked(zero, "Transfer-Encoding:chunked")
    yield "a space before the colon", chunked(zero, "Transfer-Encoding : chunked")
    yield "a tab before the colon", chunked(zero, "Transfer-Encoding\t: chunked")
    yield "a space before the name", chunked(zero, " Transfer-Encoding: chunked")
    yield "an X before the name", chunked("", "X-Transfer-Encoding: chunked")
    yield "an underscore in the name", chunked("", "Transfer_Encoding: chunked")
    yield "the coding folded", chunked(zero, "Transfer-Encoding:\r\n chunked")
    yield "the coding behind a bare CR", chunked(zero, "X: x\rTransfer-Encoding: chunked")
    yield "the coding behind a bare LF", chunked(zero, "X: x\nTransfer-Encoding: chunked")
    yield "the coding twice", chunked(zero, "Transfer-Encoding: chunked\r\n"
                                            "Transfer-Encoding: chunked")
    yield "two codings", chunked(zero, "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity")
    yield "two codings, the other way", chunked(
        zero, "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked")
    yield "chunks of HTTP/1.0", ("POST / HTTP/1.0\r\nConnection: keep-alive\r\n" + HOST +
                                 "Transfer-Encoding: chunked\r\n\r\n" + zero)


def chunks():
    for form in ("1", "01", "0000000000000001", "00000000000000001", "+1", "-1", "0x1", " 1", "1 ",
                 "1\t", "1;a", "1;a=b", '1;a="b"', "1 ;a", "1; a", "1;", "1;a\tb", "1;a\x00b",
                 "1;a\rb", "1;a\nb", "", "g", "1g", "1,1", "1\r", "\u0661", "ffffffffffffffff",
                 "10000000000000001", "8000000000000001", "fffffffff"):
        yield f"a chunk size of {form!r}", chunked(f"{form}\r\na\r\n0\r\n\r\n")
    yield "chunks", chunked("3\r\nabc\r\n00A\r\n0123456789\r\n0\r\n\r\n")
    yield "chunk sizes in both cases", chunked("a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n")
    yield "a bare LF after a size", chunked("1\na\r\n0\r\n\r\n")
    yield "a bare CR after a size", chunked("1\ra\r\n0\r\n\r\n")
    yield "a bare LF after a chunk", chunked("1\r\na\n0\r\n\r\n")
    yield "a bare CR after a chunk", chunked("1\r\na\r0\r\n\r\n")
    yield "nothing after a chunk", chunked("1\r\na0\r\n\r\n")
    yield "a chunk longer than said", chunked("1\r\nab\r\n0\r\n\r\n")
    yield "a bare LF after the last size", chunked("1\r\na\r\n0\n\r\n")
    yield "a bare LF at the end", chunked("1\r\na\r\n0\r\n\n")
    yield "a trailer", chunked("0\r\nX: 1\r\n\r\n")
    yield "a trailer that is no field", chunked("0\r\nX\r\n\r\n")
    yield "a trailer that is a request", chunked("0\r\n" + SMUGGLED)
    yield "a length as a trailer", chunked("0\r\nContent-Length: 40\r\n\r\n")
    yield "a trailer behind a bare LF", chunked("0\r\nX: 1\nY: 2\r\n\r\n")
    yield "a long extension", chunked("1;" + "a" * 1_000 + "\r\na\r\n0\r\n\r\n")
    yield "a request in an extension", chunked("1;\n" + SMUGGLED + "\r\n0\r\n\r\n")


def lines():
    yield "bare LFs", get().replace("\r\n", "\n")
    yield "a bare LF after the request line", get().replace("\r\n", "\n", 1)
    yield "a bare LF after a field", get("X: 1\nY: 2\r\n")
    yield "a bare LF as the empty line", f"GET / HTTP/1.1\r\n{HOST}\n"
    yield "a bare CR in a field", get("X: 1\rY: 2\r\n")
    yield "a bare CR after the request line", f"GET / HTTP/1.1\r{HOST}\r\n"
    yield "CR CR LF", f"GET / HTTP/1.1\r\n{HOST}X: 1\r\r\n\r\n"
    yield "an empty line before", "\r\n" + get()
    yield "a bare LF before", "\n" + get()
    yield "two empty lines before", "\r\n\r\n" + get()
    yield "an empty line after a body", post("Content-Length: 3\r\n", "abc") + "\r\n" + get()
    yield "obs-fold", get("X: 1\r\n 2\r\n")
    yield "obs-fold with a tab", get("X: 1\r\n\t2\r\n")
    yield "obs-fold of the Host", "GET / HTTP/1.1\r\nHost:\r\n shop.example\r\n\r\n"
    yield "a space before the first field", f"GET / HTTP/1.1\r\n {HOST}\r\n"
    yield "a space before the colon", "GET / HTTP/1.1\r\nHost : shop.example\r\n\r\n"
    yield "a field without a colon", get("X\r\n")
    yield "a field without a name", get(": 1\r\n")
    yield "a space in a name", get("X Y: 1\r\n")
    yield "a NUL in a name", get("X\x00: 1\r\n")
    yield "a NUL in a value", get("X: a\x00b\r\n")
    yield "a control character in a name", get("X\x01: 1\r\n")
    yield "a control character in a value", get("X: a\x01b\r\n")
    yield "DEL in a value", get("X: a\x7fb\r\n")
    yield "UTF-8 in a value", get("X: \u00e9\r\n")
    yield "UTF-8 in a name", get("X\u00e9: 1\r\n")
    for mark in "()[]{}<>@,;\\\"/?=":
        yield f"{mark} in a name", get(f"X{mark}Y: 1\r\n")


def heads():
    for line in ("GET /a HTTP/1.1", "GET  / HTTP/1.1", "GET /  HTTP/1.1", "GET / HTTP/1.1 ",
                 " GET / HTTP/1.1", "GET\t/ HTTP/1.1", "GET /\tHTTP/1.1", "get / HTTP/1.1",
                 "G(T / HTTP/1.1", "GET / http/1.1", "GET / HTTP/1.11", "GET / HTTP/01.1",
                 "GET / HTTP/1.2", "GET / HTTP/2.0", "GET / HTTP/0.9", "GET / HTTP/1", "GET /",
                 "GET HTTP/1.1", "GET / HTTP/1.1 HTTP/1.1", "GET / a HTTP/1.1", "GET /a b HTTP/1.1",
                 "GET http://shop.example/ HTTP/1.1", "GET http://other.example/ HTTP/1.1",
                 "GET https://shop.example/ HTTP/1.1", "GET HTTP://shop.example/ HTTP/1.1",
                 "GET http:///a HTTP/1.1", "GET http:// HTTP/1.1", "GET http:/a HTTP/1.1",
                 "GET ftp://shop.example/ HTTP/1.1", "GET http://a@shop.example/ HTTP/1.1",
                 "GET http://shop.example?a HTTP/1.1", "GET //shop.example/ HTTP/1.1",
                 "GET shop.example HTTP/1.1", "GET * HTTP/1.1", "OPTIONS * HTTP/1.1",
                 "CONNECT shop.example:443 HTTP/1.1", "GET /# HTTP/1.1", "GET /\x00 HTTP/1.1",
                 "GET /\x01 HTTP/1.1", "GET /\x7f HTTP/1.1", "GET /\u00e9 HTTP/1.1",
                 "GET /%00 HTTP/1.1", "GET /%zz HTTP/1.1", "GET /../a HTTP/1.1",
                 "GET /a\\b HTTP/1.1", "PRI * HTTP/2.0"):
        yield f"the request line {line!r}", get(line=line)
    yield "no Host", "GET / HTTP/1.1\r\n\r\n"
    yield "no Host of HTTP/1.0", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
    yield "the same Host twice", get(HOST)
    yield "two Hosts", get("Host: other.example\r\n")
    for host in ("", "a b", "a/b", "a@b", "a, b", "a:b", "a:80", "[::1]", "[::1]:80", "[::1", "a\\b",
                 "a#b", "a?b", "..", ".", "a..b", "a%00b", "A.example", "a\x00b", "a\tb", "\u00e9"):
        yield f"a Host of {host!r}", f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"
    yield "another Host in the target", "GET http://a.example/ HTTP/1.1\r\nHost: b.example\r\n\r\n"
    yield "another expectation", post("Expect: 200-ok\r\nContent-Length: 3\r\n", "abc")
    yield "an upgrade", get("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                            "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n")


def payloads():
    """Every one, its stream as bytes. A character up to 0x1ff stands in UTF-8."""
    for part in (lengths, codings, chunks, lines, heads):
        for name, stream in part():
            yield Payload(f"{part.__name__}: {name}", stream.encode())
