"""Xapian on plain words, BM25, as a process that is told what to do line by line; see peer-process.ts."""
import json
import os
import sys
import time

import xapian

database = None


def build(corpus, folder):
    global database
    writing = os.path.join(folder, 'writing')
    compact = os.path.join(folder, 'compact')
    writable = xapian.WritableDatabase(writing, xapian.DB_CREATE_OR_OVERWRITE)
    generator = xapian.TermGenerator()
    start = time.perf_counter()
    with open(corpus, encoding='utf-8') as lines:
        for line in lines:
            document = xapian.Document()
            generator.set_document(document)
            generator.set_termpos(0)
            generator.index_text(line)
            writable.add_document(document)
    writable.commit()
    seconds = time.perf_counter() - start
    writable.close()
    # Smaller and quicker to search; what it takes is not counted.
    xapian.Database(writing).compact(compact)
    database = xapian.Database(compact)
    size = sum(os.path.getsize(os.path.join(compact, name)) for name in os.listdir(compact))
    return {'seconds': seconds, 'bytes': size}


def run(queries, answers, mode):
    counted = 0 if mode == 'shipped' else database.get_doccount()
    with open(queries, encoding='utf-8') as lines:
        asked = [line.rstrip('\n').split('\t') for line in lines]
    out = []
    for kind, words in asked:
        words = words.split(' ')
        start = time.perf_counter()
        enquire = xapian.Enquire(database)
        if kind == 'phrases':
            enquire.set_query(xapian.Query(xapian.Query.OP_PHRASE, words, len(words)))
        else:
            enquire.set_query(xapian.Query(xapian.Query.OP_AND, words))
        found = enquire.get_mset(0, 20, counted)
        hits = found.get_matches_estimated()
        out.append(f'{hits}\t{(time.perf_counter() - start) * 1000}\n')
    with open(answers, 'w', encoding='utf-8') as file:
        file.writelines(out)
    return {}


for line in sys.stdin:
    said = line.rstrip('\n').split('\t')
    if said[0] == 'build':
        answer = build(*said[1:3])
    elif said[0] == 'run':
        answer = run(*said[1:4])
    else:
        answer = {'version': xapian.version_string()}
    print(json.dumps(answer), flush=True)
