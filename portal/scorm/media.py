"""The types files are served with: fixed by their ending, never by what a package says."""

TYPES = {
    "html": "text/html", "htm": "text/html", "xhtml": "application/xhtml+xml",
    "js": "text/javascript", "mjs": "text/javascript", "cjs": "text/javascript",
    "css": "text/css", "json": "application/json", "map": "application/json",
    "webmanifest": "application/manifest+json",
    "xml": "text/xml", "xsd": "text/xml", "xsl": "text/xml", "dtd": "application/xml-dtd",
    "txt": "text/plain", "csv": "text/csv", "md": "text/plain", "vtt": "text/vtt",
    "srt": "text/plain", "ttml": "application/ttml+xml", "properties": "text/plain",
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "jfif": "image/jpeg",
    "gif": "image/gif", "webp": "image/webp", "avif": "image/avif", "svg": "image/svg+xml",
    "bmp": "image/bmp", "ico": "image/x-icon", "cur": "image/x-icon", "apng": "image/apng",
    "mp3": "audio/mpeg", "m4a": "audio/mp4", "aac": "audio/aac", "ogg": "audio/ogg",
    "oga": "audio/ogg", "opus": "audio/ogg", "wav": "audio/wav", "weba": "audio/webm",
    "flac": "audio/flac", "mid": "audio/midi", "midi": "audio/midi",
    "mp4": "video/mp4", "m4v": "video/mp4", "webm": "video/webm", "ogv": "video/ogg",
    "mov": "video/quicktime", "avi": "video/x-msvideo", "wmv": "video/x-ms-wmv",
    "flv": "video/x-flv", "f4v": "video/mp4", "mpg": "video/mpeg", "mpeg": "video/mpeg",
    "m3u8": "application/vnd.apple.mpegurl", "ts": "video/mp2t", "mpd": "application/dash+xml",
    "woff": "font/woff", "woff2": "font/woff2", "ttf": "font/ttf", "otf": "font/otf",
    "eot": "application/vnd.ms-fontobject",
    "pdf": "application/pdf", "wasm": "application/wasm", "zip": "application/zip",
    "glb": "model/gltf-binary", "gltf": "model/gltf+json",
}  # fmt: skip
UNKNOWN = "application/octet-stream"


def type_of(path: str) -> str:
    """The media type of a file of a package.

    Without a charset: a course that is not UTF-8 says so in itself, and a header would overrule it.
    """
    name = path.rpartition("/")[2]
    return TYPES.get(name.rpartition(".")[2].lower(), UNKNOWN) if "." in name else UNKNOWN


def is_streamed(media_type: str) -> bool:
    """Whether browsers ask for parts of it: then it is kept as it is, else packed."""
    return media_type.startswith(("audio/", "video/"))
