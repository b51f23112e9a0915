"""What the examples use of `requests`, for a machine that lacks it."""
import json as _json
import urllib.error
import urllib.parse
import urllib.request
import uuid


class Response:
    def __init__(self, status, headers, body):
        self.status_code, self.headers, self.content = status, headers, body

    def json(self):
        return _json.loads(self.content)


def post(url, json=None, data=None, files=None, headers=None, timeout=None):
    headers = dict(headers or {})
    if files:
        body, headers["Content-Type"] = _multipart(data or {}, files)
    elif json is not None:
        body, headers["Content-Type"] = _json.dumps(json).encode(), "application/json"
    else:
        body = urllib.parse.urlencode(data or {}).encode()
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")
    try:
        answer = urllib.request.urlopen(request, timeout=timeout)
    except urllib.error.HTTPError as failed:
        answer = failed
    return Response(answer.status, answer.headers, answer.read())


def _multipart(fields, files):
    boundary = uuid.uuid4().hex
    parts = []
    for name, value in fields.items():
        parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    for name, file in files.items():
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n\r\n'
        parts.append(head.encode() + file.read() + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
