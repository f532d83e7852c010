# SPDX-License-Identifier: GPL-2.0
"""Shows levd's page as levd would, with a status.json that was recorded, for page.sh.

usage: serve.py BUILD STATUS
BUILD is the directory of the page and of its policy, STATUS the file that is shown. The port is
printed. Beside what levd has, /phone is the page in a frame that is as narrow as a phone, /desktop in
one that is as wide as a screen; each says in its title how much wider than the frame the page is, and
what of it is cut off."""
import http.server
import sys

FRAME = """<!DOCTYPE html><html><title>frame</title>
<style>body {{ margin: 0; }} iframe {{ border: 0; width: {0}px; height: {1}px; }}</style>
<iframe src="/framed"></iframe>
<script>
setInterval(() => {{
    const page = frames[0].document.documentElement;
    const cut = [...page.querySelectorAll('.scroll, td, th, dd, #events')]
        .filter(part => part.scrollWidth > part.clientWidth + 1);
    document.title = 'over ' + (page.scrollWidth - {0}) + ' cut ' + cut.length + ' rows ' +
        page.querySelectorAll('tbody tr').length;
}}, 500);
</script></html>"""


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, status, kind, body, policy):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        with open(build + "/page.policy", encoding="ascii") as f:
            policy = f.read()
        with open(build + "/page.html", "rb") as f:
            page = f.read()
        with open(status, "rb") as f:
            answer = f.read()
        if self.path == "/":
            self.answer(200, "text/html", page, policy)
        elif self.path == "/framed":
            self.answer(200, "text/html", page, policy.replace("frame-ancestors 'none'",
                                                               "frame-ancestors 'self'"))
        elif self.path == "/phone":
            self.answer(200, "text/html", FRAME.format(390, 2600).encode(), None)
        elif self.path == "/desktop":
            self.answer(200, "text/html", FRAME.format(1280, 1500).encode(), None)
        elif self.path == "/status.json":
            self.answer(503 if b'"error"' in answer[:10] else 200, "application/json", answer, policy)
        else:
            self.answer(404, "text/plain", b"nothing\n", policy)


build, status = sys.argv[1:]
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
