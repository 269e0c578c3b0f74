"""Joins the latin, latin-ext and vietnamese pieces of Be Vietnam Pro into one TrueType file per weight.

The npm package cuts the font into pieces for browsers; a PDF made from pieces has its words cut between two fonts,
which makes the text layer harder to read back. Usage: fonts.py FONTSOURCE_FILES_FOLDER OUT_FOLDER
"""
import os, sys
from fontTools.merge import Merger
from fontTools.ttLib import TTFont

source, out = sys.argv[1:3]
os.makedirs(out, exist_ok=True)
for weight in ('400-normal', '400-italic', '500-normal', '600-normal', '700-normal', '800-normal'):
    target = os.path.join(out, f'be-vietnam-pro-{weight}.ttf')
    if os.path.exists(target):
        continue
    parts = []
    for subset in ('latin', 'latin-ext', 'vietnamese'):
        font = TTFont(os.path.join(source, f'be-vietnam-pro-{subset}-{weight}.woff'))
        font.flavor = None
        for table in ('GSUB', 'GPOS', 'GDEF', 'STAT', 'DSIG', 'fpgm', 'prep', 'cvt ', 'gasp'):
            if table in font:
                del font[table]
        part = os.path.join(out, f'{subset}-{weight}.part.ttf')
        font.save(part)
        parts.append(part)
    merged = Merger().merge(parts)
    merged.save(target)
    for part in parts:
        os.remove(part)
    have = set(merged.getBestCmap())
    missing = [c for c in 'aáàảãạăắằẳẵặâấầẩẫậđéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵĐ–—“”…0123456789' if ord(c) not in have]
    if missing:
        sys.exit(f'{target} lacks {missing}')
