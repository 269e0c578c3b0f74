"""Harvests an address with sickle as its users do, and says what came, a line of JSON each.

harvest_by_sickle.py ADDRESS VERB NAME=VALUE...   `from` and the other arguments of OAI-PMH by their names; sickle's own behaviour otherwise.
The last line is {"end": true, ...}; an error of the protocol is {"error": "NoRecordsMatch"}.
"""

import json
import sys

from sickle import Sickle, oaiexceptions

address, verb, *given = sys.argv[1:]
arguments = dict(one.split("=", 1) for one in given)
sickle = Sickle(address, timeout=60)


def say(what):
    print(json.dumps(what), flush=True)


try:
    if verb == "Identify":
        said = sickle.Identify()
        say({"granularity": said.granularity, "deletedRecord": said.deletedRecord, "earliestDatestamp": said.earliestDatestamp, "baseURL": said.baseURL})
    elif verb == "ListSets":
        for one in sickle.ListSets():
            say({"spec": one.setSpec, "name": one.setName})
    elif verb == "ListMetadataFormats":
        for one in sickle.ListMetadataFormats():
            say({"prefix": one.metadataPrefix})
    else:
        items = getattr(sickle, verb)(**arguments)
        for item in items:
            header = item.header if verb == "ListRecords" else item
            told = {"id": header.identifier, "datestamp": header.datestamp, "deleted": header.deleted, "sets": header.setSpecs}
            if verb == "ListRecords" and not header.deleted:
                metadata = item.xml.find("{http://www.openarchives.org/OAI/2.0/}metadata")
                told["root"] = metadata[0].tag
                told["titles"] = item.metadata.get("title", []) if arguments.get("metadataPrefix") == "oai_dc" else []
            say(told)
    say({"end": True})
except Exception as error:
    # They have no common base.
    if type(error).__module__ != oaiexceptions.__name__:
        raise
    say({"error": type(error).__name__})
