"""A repository by pyoai, as its users write one; what it holds comes as lines of JSON on its standard input.

provide_by_pyoai.py BATCH   {"id", "title", "creators", "deleted", "at"} adds or replaces a record; each line is answered by {"count"}, and the
port is said first. One request at a time.
"""

import json
import sys
import threading
import types
import warnings
from datetime import datetime
from urllib.parse import parse_qs, parse_qsl
from wsgiref.simple_server import WSGIRequestHandler, make_server

# pyoai 2.5.0 reads its tokens by cgi.parse_qs, which left Python with 3.8, and the module with 3.13.
warnings.simplefilter("ignore", DeprecationWarning)
try:
    import cgi
except ImportError:
    cgi = sys.modules["cgi"] = types.ModuleType("cgi")
cgi.parse_qs = parse_qs

from oaipmh import common, error, metadata, server

records = {}


class Repository:
    def identify(self):
        return common.Identify(
            repositoryName="Kho của pyoai",
            baseURL="http://other.example/oai",
            protocolVersion="2.0",
            adminEmails=["a@b.c"],
            earliestDatestamp=datetime(2004, 1, 1),
            deletedRecord="persistent",
            granularity="YYYY-MM-DDThh:mm:ssZ",
            compression=["identity"],
        )

    def listMetadataFormats(self, identifier=None):
        return [("oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc.xsd", "http://www.openarchives.org/OAI/2.0/oai_dc/")]

    def listSets(self, cursor=0, batch_size=10):
        return [("sach", "Sách", None), ("tap-chi", "Tạp chí", None)][cursor : cursor + batch_size]

    def chosen(self, set, from_, until):
        for header, about in sorted(records.values(), key=lambda one: (one[0].datestamp(), one[0].identifier())):
            if (from_ is None or header.datestamp() >= from_) and (until is None or header.datestamp() <= until) and (set is None or set in header.setSpec()):
                yield header, about, None

    def listRecords(self, metadataPrefix=None, set=None, from_=None, until=None, cursor=0, batch_size=10):
        return list(self.chosen(set, from_, until))[cursor : cursor + batch_size]

    def listIdentifiers(self, metadataPrefix=None, set=None, from_=None, until=None, cursor=0, batch_size=10):
        return [header for header, _, _ in self.listRecords(metadataPrefix, set, from_, until, cursor, batch_size)]

    def getRecord(self, metadataPrefix, identifier):
        if identifier not in records:
            raise error.IdDoesNotExistError(identifier)
        return (*records[identifier], None)


def put(one):
    header = common.Header(None, one["id"], datetime.strptime(one["at"], "%Y-%m-%dT%H:%M:%SZ"), [one["set"]], one["deleted"])
    fields = {"title": [one["title"]], "creator": one["creators"], "language": ["vie"], "subject": ["Toán", "con quay gỗ"]}
    records[one["id"]] = (header, None if one["deleted"] else common.Metadata(None, fields))


registry = metadata.MetadataRegistry()
registry.registerWriter("oai_dc", server.oai_dc_writer)
repository = server.BatchingServer(Repository(), metadata_registry=registry, resumption_batch_size=int(sys.argv[1]))


def answer(environ, start):
    body = repository.handleRequest(dict(parse_qsl(environ["QUERY_STRING"])))
    body = body if isinstance(body, bytes) else body.encode("utf-8")
    start("200 OK", [("Content-Type", "text/xml; charset=utf-8"), ("Content-Length", str(len(body)))])
    return [body]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


web = make_server("127.0.0.1", 0, answer, handler_class=Quiet)
threading.Thread(target=web.serve_forever, daemon=True).start()
print(json.dumps({"port": web.server_port}), flush=True)
for line in sys.stdin:
    for one in json.loads(line):
        put(one)
    print(json.dumps({"count": len(records)}), flush=True)
