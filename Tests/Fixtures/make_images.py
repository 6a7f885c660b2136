"""Writes images/: odd JPEG and PNG files, and what Pillow makes of them (needs numpy, Pillow, torch, safetensors).

`images/*.jpg|png`: files, each a few hundred bytes to a few kilobytes.
`images/expected.safetensors`: for each file NAME, as Pillow opens it, turned by ImageOps.exif_transpose and
converted to RGB:
  `NAME`                 U8 [H, W, 3]
  `NAME/squash`          the same after Image.resize((24, 24), BICUBIC)
  `NAME/squash-bilinear` the same after Image.resize((24, 24), BILINEAR)
  `NAME/shorter`         after torchvision's Resize(27, BICUBIC) and CenterCrop(24)
  `NAME/plain`           of a few, F32 [24, 24, 3]: tf.image.resize(method="bilinear", antialias=False)
The rules of the last two are written out below from the documentation of torchvision and TensorFlow, which are not
needed; `plain` is compared with torch's interpolate here.
"""

import pathlib
import shutil
import struct
import zlib

import numpy as np
import PIL
import torch
from PIL import Image, ImageOps
from safetensors.numpy import save_file

SIZE, SCALED = 24, 27
folder = pathlib.Path(__file__).with_name("images")
shutil.rmtree(folder, ignore_errors=True)
folder.mkdir()
random = np.random.default_rng(0)


def picture(height, width, channels=3):
    """Smooth colour with an edge and some noise, so that sampling and rounding of colour show."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    planes = [127 + 120 * np.sin(x / (3 + c) + c) * np.cos(y / (5 - c)) for c in range(channels)]
    image = np.stack(planes, -1) + random.normal(0, 6, (height, width, channels))
    image[(x > width / 2) & (y > height / 3)] = [250, 20, 40][:channels]
    return np.clip(image, 0, 255).astype(np.uint8)


def save(name, image, **options):
    image.save(folder / name, **options)


def jpeg(name, array, **options):
    options = {"quality": 75, **options}
    save(name, Image.fromarray(array[:, :, 0] if array.shape[2] == 1 else array), **options)


for sampling, label in ((0, "444"), (1, "422"), (2, "420")):
    jpeg(f"sampling-{label}.jpg", picture(37, 51), subsampling=sampling)
    jpeg(f"progressive-{label}.jpg", picture(33, 29), subsampling=sampling, progressive=True)
for height, width in ((1, 1), (1, 9), (8, 1), (16, 16), (17, 2), (9, 40)):
    jpeg(f"size-{height}x{width}.jpg", picture(height, width), quality=90)
jpeg("grey.jpg", picture(21, 34, 1))
jpeg("grey-progressive.jpg", picture(21, 34, 1), progressive=True)
jpeg("quality-10.jpg", picture(40, 40), quality=10)
jpeg("quality-100.jpg", picture(30, 23), quality=100, subsampling=0)
jpeg("optimized.jpg", picture(30, 23), optimize=True)
jpeg("restarts.jpg", picture(40, 64), restart_marker_blocks=3)
save("rgb-adobe.jpg", Image.fromarray(picture(20, 20)), quality=90, keep_rgb=True)
jpeg("columns-first.jpg", picture(90, 30), quality=80)
# Vertical sampling alone (4:4:0) is not here, because Pillow cannot write it.


def exif(orientation, order):
    """A TIFF header with the one tag; `order` is II or MM."""
    sign = "<" if order == b"II" else ">"
    return (b"Exif\0\0" + order + struct.pack(sign + "HI", 42, 8) + struct.pack(sign + "H", 1)
            + struct.pack(sign + "HHIHH", 0x0112, 3, 1, orientation, 0) + struct.pack(sign + "I", 0))


for orientation in range(1, 9):
    order = b"II" if orientation % 2 else b"MM"
    jpeg(f"exif-{orientation}.jpg", picture(15, 22), exif=exif(orientation, order))
jpeg("exif-0.jpg", picture(15, 22), exif=exif(0, b"II"))
jpeg("exif-9.jpg", picture(15, 22), exif=exif(9, b"MM"))
# Broken Exif blocks turn nothing: an offset beyond the block, no tags at all, another magic number.
jpeg("exif-far.jpg", picture(15, 22), exif=b"Exif\0\0II" + struct.pack("<HI", 42, 4000))
jpeg("exif-short.jpg", picture(15, 22), exif=b"Exif\0\0II*\0")
jpeg("exif-empty.jpg", picture(15, 22), exif=b"Exif\0\0MM" + struct.pack(">HIHI", 42, 8, 0, 0))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(name, width, height, depth, colour, rows, *extra, interlace=0):
    """A PNG file from its packed rows; `extra` chunks come before the pixels."""
    data = b"".join(b"\0" + bytes(row) for row in rows)
    (folder / name).write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace))
        + b"".join(chunk(*one) for one in extra) + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b""))


def adam7(pixels):
    """The seven passes of interlaced rows of whole-byte pixels [H, W, bytes]."""
    rows = []
    for y, x, down, across in ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)):
        part = pixels[y::down, x::across]
        if part.size:
            rows += [row.tobytes() for row in part]
    return rows


def packed(values, depth):
    """Rows of values below 2**depth, packed from the high bit on."""
    for row in values:
        bits = "".join(format(int(v), f"0{depth}b") for v in row)
        bits += "0" * (-len(bits) % 8)
        yield bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))


rgb = picture(19, 27)
alpha = random.integers(0, 256, (19, 27, 1)).astype(np.uint8)
save("rgb.png", Image.fromarray(rgb))
save("rgba.png", Image.fromarray(np.concatenate([rgb, alpha], -1)))
save("grey.png", Image.fromarray(rgb[:, :, 0]))
save("grey-alpha.png", Image.fromarray(np.concatenate([rgb[:, :, :1], alpha], -1), "LA"))
save("pixel.png", Image.fromarray(rgb[:1, :1]))
save("rgb-transparent.png", Image.fromarray(rgb), transparency=tuple(int(v) for v in rgb[0, 0]))
save("grey-transparent.png", Image.fromarray(rgb[:, :, 0]), transparency=int(rgb[0, 0, 0]))
png("interlaced.png", 27, 19, 8, 2, adam7(rgb), interlace=1)
png("interlaced-1x3.png", 3, 1, 8, 2, adam7(rgb[:1, :3]), interlace=1)
palette = bytes(random.integers(0, 256, 3 * 256).astype(np.uint8))
for depth in (1, 2, 4, 8):
    values = random.integers(0, 2**depth, (11, 13))
    entries = (b"PLTE", palette[: 3 * 2**depth])
    png(f"palette-{depth}.png", 13, 11, depth, 3, packed(values, depth), entries)
    png(f"palette-{depth}-transparent.png", 13, 11, depth, 3, packed(values, depth), entries,
        (b"tRNS", bytes(random.integers(0, 256, 2).astype(np.uint8))))
    if depth < 8:
        png(f"grey-{depth}.png", 13, 11, depth, 0, packed(values, depth))
        png(f"grey-{depth}-transparent.png", 13, 11, depth, 0, packed(values, depth), (b"tRNS", b"\0\1"))
for colour, channels, name in ((0, 1, "grey"), (2, 3, "rgb"), (4, 2, "grey-alpha"), (6, 4, "rgba")):
    wide = random.integers(0, 65536, (9, 14, channels)).astype(">u2")
    wide[0, :8, 0] = [0, 1, 255, 256, 257, 511, 32768, 65535]
    png(f"16-{name}.png", 14, 9, 16, colour, [row.tobytes() for row in wide])
    png(f"16-{name}-interlaced.png", 14, 9, 16, colour, adam7(wide.view(np.uint8).reshape(9, 14, -1)), interlace=1)
png("gamma.png", 27, 19, 8, 2, [row.tobytes() for row in rgb], (b"gAMA", struct.pack(">I", 100000)))
png("exif.png", 27, 19, 8, 2, [row.tobytes() for row in rgb], (b"eXIf", exif(6, b"MM")[6:]))


def profile(block):
    """The text that ImageMagick and exiv2 write: a name, a length and hexadecimal digits, in lines of 36 bytes."""
    lines = "\n".join(block.hex()[i : i + 72] for i in range(0, 2 * len(block), 72))
    return b"Raw profile type exif\0", f"\nexif\n{len(block):8}\n{lines}\n".encode()


def xmp(orientation, attribute=True):
    inside = f'<rdf:Description tiff:Orientation="{orientation}"/>' if attribute else (
        f"<rdf:Description><tiff:Orientation>{orientation}</tiff:Orientation></rdf:Description>")
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF>{inside}</rdf:RDF></x:xmpmeta>'.encode()


pixels = [row.tobytes() for row in rgb]
XMP = b"XML:com.adobe.xmp\0"
name, text = profile(exif(6, b"II"))
png("exif-prefix.png", 27, 19, 8, 2, pixels, (b"eXIf", exif(8, b"II")))
png("profile-text.png", 27, 19, 8, 2, pixels, (b"tEXt", name + text))
png("profile-packed.png", 27, 19, 8, 2, pixels, (b"zTXt", name + b"\0" + zlib.compress(text)))
png("profile-unicode.png", 27, 19, 8, 2, pixels, (b"iTXt", name + b"\0\0\0\0" + text))
png("profile-beside-exif.png", 27, 19, 8, 2, pixels, (b"tEXt", name + text), (b"eXIf", exif(3, b"II")[6:]))
png("xmp.png", 27, 19, 8, 2, pixels, (b"iTXt", XMP + b"\0\0\0\0" + xmp(5)))
png("xmp-packed.png", 27, 19, 8, 2, pixels, (b"iTXt", XMP + b"\1\0\0\0" + zlib.compress(xmp(7, attribute=False))))
png("xmp-beside-exif.png", 27, 19, 8, 2, pixels, (b"eXIf", exif(3, b"II")[6:]), (b"iTXt", XMP + b"\0\0\0\0" + xmp(5)))
# Behind the pixels, as some tools write it.
late = (folder / "profile-packed.png").read_bytes()
start = late.index(b"zTXt") - 4
length = 12 + struct.unpack(">I", late[start : start + 4])[0]
(folder / "profile-late.png").write_bytes(late[:start] + late[start + length : -12] + late[start : start + length] + late[-12:])


def application(payload):
    return b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload


def marked(name, *payloads):
    """A JPEG file with APP1 blocks behind its start."""
    save("temporary.jpg", Image.fromarray(rgb), quality=75)
    data = (folder / "temporary.jpg").read_bytes()
    (folder / "temporary.jpg").unlink()
    (folder / name).write_bytes(data[:2] + b"".join(map(application, payloads)) + data[2:])


block = exif(6, b"MM")[6:]
marked("exif-split.jpg", b"Exif\0\0" + block[:11], b"Exif\0\0" + block[11:])
marked("exif-prefix-twice.jpg", b"Exif\0\0" + exif(6, b"MM"))
marked("xmp.jpg", b"http://ns.adobe.com/xap/1.0/\0" + xmp(8))
marked("xmp-beside-exif.jpg", exif(1, b"II"), b"http://ns.adobe.com/xap/1.0/\0" + xmp(8))


def resize_shorter(image, size):
    """torchvision.transforms.Resize(size): the shorter side, the other cut to an integer."""
    width, height = image.size
    short, long = min(width, height), max(width, height)
    other = int(size * long / short)
    return image.resize((size, other) if width <= height else (other, size), Image.Resampling.BICUBIC)


def center_crop(image, size):
    """torchvision.transforms.CenterCrop(size) of an image that is large enough."""
    left, top = int(round((image.width - size) / 2.0)), int(round((image.height - size) / 2.0))
    return image.crop((left, top, left + size, top + size))


def plain(image, size):
    """TensorFlow's ResizeBilinear with half_pixel_centers, in 32-bit floats."""
    def axis(count):
        position = (np.arange(size, dtype=np.float32) + np.float32(0.5)) * np.float32(
            np.float32(count) / np.float32(size)) - np.float32(0.5)
        floor = np.floor(position)
        return (np.maximum(floor, 0).astype(int), np.minimum(floor + 1, count - 1).astype(int),
                (position - floor).astype(np.float32))
    (top, bottom, down), (left, right, across) = axis(image.shape[0]), axis(image.shape[1])
    image, down, across = image.astype(np.float32), down[:, None, None], across[None, :, None]
    upper = image[top][:, left] + (image[top][:, right] - image[top][:, left]) * across
    lower = image[bottom][:, left] + (image[bottom][:, right] - image[bottom][:, left]) * across
    result = upper + (lower - upper) * down
    other = torch.nn.functional.interpolate(
        torch.from_numpy(image).permute(2, 0, 1)[None], size=(size, size), mode="bilinear", align_corners=False)
    assert np.abs(other[0].permute(1, 2, 0).numpy() - result).max() < 1e-3
    return result


expected = {}
for file in sorted(folder.iterdir()):
    image = ImageOps.exif_transpose(Image.open(file)).convert("RGB")
    name = file.name
    expected[name] = np.asarray(image)
    expected[f"{name}/squash"] = np.asarray(image.resize((SIZE, SIZE), Image.Resampling.BICUBIC))
    expected[f"{name}/squash-bilinear"] = np.asarray(image.resize((SIZE, SIZE), Image.Resampling.BILINEAR))
    if max(image.size) <= 8 * min(image.size):
        expected[f"{name}/shorter"] = np.asarray(center_crop(resize_shorter(image, SCALED), SIZE))
    if name in ("sampling-420.jpg", "size-9x40.jpg", "pixel.png", "rgb.png", "columns-first.jpg"):
        expected[f"{name}/plain"] = plain(np.asarray(image), SIZE)
save_file({k: np.ascontiguousarray(v) for k, v in expected.items()}, folder / "expected.safetensors",
          metadata={"made_with": f"Pillow {PIL.__version__}"})

# Files that must be refused; nothing is expected of them.
cmyk = Image.fromarray(random.integers(0, 256, (8, 8, 4)).astype(np.uint8), "CMYK")
(folder / "bad").mkdir()
cmyk.save(folder / "bad/cmyk.jpg")
good = (folder / "sampling-420.jpg").read_bytes()
(folder / "bad/truncated.jpg").write_bytes(good[: len(good) * 2 // 3])
(folder / "bad/header-only.jpg").write_bytes(good[:200])
broken = bytearray(good)
broken[len(good) * 2 // 3 : len(good) * 2 // 3 + 2] = b"\xff\xd9"  # an early end of the image
(folder / "bad/scrambled.jpg").write_bytes(broken)
good = (folder / "rgb.png").read_bytes()
(folder / "bad/truncated.png").write_bytes(good[: len(good) // 2])
(folder / "bad/no-end.png").write_bytes(good[:-12])
broken = bytearray(good)
broken[len(good) // 2] ^= 0x55
(folder / "bad/checksum.png").write_bytes(broken)
huge = bytearray(good)
huge[16:24] = struct.pack(">II", 60000, 60000)
huge[29:33] = struct.pack(">I", zlib.crc32(bytes(huge[12:29])))
(folder / "bad/huge.png").write_bytes(huge)
# A progressive picture with 600 more scans, of the last coefficient of the one block, which is 0: a table of one code for
# the end of a block, and that code.
save("bad/scans.jpg", Image.fromarray(rgb[:8, :8]), progressive=True)
progressive = (folder / "bad/scans.jpg").read_bytes()
table = b"\xff\xc4" + struct.pack(">H", 20) + b"\x10\1" + bytes(15) + b"\0"
scan = b"\xff\xda" + struct.pack(">H", 8) + b"\1\1\0\x3f\x3f\0" + b"\x7f"
(folder / "bad/scans.jpg").write_bytes(progressive[:-2] + table + scan * 600 + progressive[-2:])
(folder / "bad/empty.jpg").write_bytes(b"")
(folder / "bad/text.jpg").write_text("not an image\n")
(folder / "bad/gif.png").write_bytes(b"GIF89a\1\0\1\0\0\0\0;")
print(sum(1 for f in folder.rglob("*.*")), "files,", (folder / "expected.safetensors").stat().st_size, "bytes expected")
