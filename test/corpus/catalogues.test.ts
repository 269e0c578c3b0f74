import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Vocabularies } from '../../server/catalogue/vocabularies.ts';
import { decodeXml } from '../../server/harvest/sources/decode-xml.ts';
import { readFeed } from '../../server/harvest/sources/feeds/any-feed.ts';
import { mapRecord } from '../../server/harvest/sources/map-record.ts';
import { NotOai, readOaiAnswer, readOaiPage } from '../../server/harvest/sources/oai-page.ts';
import { saidInXml } from '../../server/harvest/sources/said-in-xml.ts';
import { isAside, type RecordAside, type ToldRecord } from '../../server/harvest/sources/told-records.ts';
import { readXmlTree, XmlFault } from '../../server/harvest/sources/xml-tree.ts';
import { need } from '../support/need.ts';
import { seededVocabularies } from '../support/seeded-vocabularies.ts';
import { corpus } from './place.ts';

/** Of each file how many records would be taken, are gone and are set aside; or why there is none. A file more or less is a failure. */
type Outcome = string;

const oai: Record<string, Outcome> = {
  'GetRecord.xml': '1 taken',
  'GetRecord_utf8test.xml': '1 taken',
  'Identify.xml': 'Identify: 8',
  'ListIdentifiers.xml': 'ListIdentifiers: 3',
  'ListIdentifiers2.xml': 'ListIdentifiers: 2',
  'ListMetadataFormats.xml': 'ListMetadataFormats: 5',
  'ListRecords.xml': '1 taken, 1 gone, on at ListRecords2.xml',
  'ListRecords2.xml': '1 taken, 1 gone, on at ListRecords3.xml',
  'ListRecords3.xml': '1 taken, 1 gone, on at ListRecords4.xml',
  'ListRecords4.xml': '1 taken, identifier-missing',
  'ListRecordsBroken.xml': 'no OAI-PMH',
  'ListSets.xml': 'ListSets: 131',
  'badArgument.xml': 'badArgument',
  'badResumptionToken.xml': 'badResumptionToken',
  'cannotDisseminateFormat.xml': 'cannotDisseminateFormat',
  'idDoesNotExist.xml': 'idDoesNotExist',
  'noRecordsMatch.xml': 'noRecordsMatch',
  'noSetHierarchy.xml': 'noSetHierarchy',
  'undefinedError.xml': 'undefinedError',
};

const marc: Record<string, Record<string, Outcome>> = {
  'openlibrary-xml': {
    '00schlgoog_marc.xml': 'Halakhot pesukot, 1886',
    '13dipolarcycload00burk_marc.xml': '1,3-Dipolar cycloadditions of fluorinated allenes and studies of fluorinated trimethylenemethanes, 1984',
    '39002054008678_yale_edu_marc.xml': 'Upper Canada sketches, 1898',
    'bijouorannualofl1828cole_marc.xml': 'The Bijou, or Annual of literature and the arts, 1828',
    'dasrmischepriv00rein_marc.xml': 'Das römische Privatrecht und der Civilprocess bis in das erste Jahrhundert der Kaiserherrschaft, 1836',
    'flatlandromanceo00abbouoft_marc.xml': 'Flatland, 1884',
    'lincolncentenary00horn_marc.xml': 'Lincoln Centenary, February 12, 1909, 1909',
    'mytwocountries1954asto_marc.xml': 'My two countries, 1923',
    'onquietcomedyint00brid_marc.xml': 'On the quiet, 1915',
    'secretcodeofsucc00stjo_marc.xml': 'The secret code of success, 2009',
    'warofrebellionco1473unit_marc.xml': 'The War of the Rebellion, 1880',
  },
  'perl-xml': {
    'batch-ns.xml': '10 taken',
    'batch.xml': '10 taken',
    'empty-record-2.xml': 'metadata-unknown',
    'empty-record.xml': 'metadata-unknown',
    'invalid.xml': 'metadata-unknown',
    'namespace.xml': '19th century music, undefined',
    // Of ISO 2709, beside those that were made of it.
    'record.dat': 'no XML',
    'subfield0.xml': '19th century music, undefined',
  },
};

const opds: Record<string, Outcome> = {
  'opds/audiobooks.opds': 'opds: 1 taken',
  'opds/book_without_license.opds': 'opds: 1 taken',
  'opds/content_server_mini.opds': 'opds: 2 taken',
  'opds/metadata_data_needed_empty_response.opds': 'opds: , on at http://another-next-link/',
  // The title is a problem's address.
  'opds/metadata_isbn_response.opds': 'opds: title-missing',
  'opds/metadata_sync_response.opds': 'opds: ',
  'opds/metadata_updates_empty_response_no_feed_timestamp.opds': 'opds: , on at http://another-next-link/',
  'opds/metadata_wrangler_overdrive.opds': 'opds: 1 taken',
  'opds/unknown_message_status_code.opds': 'opds: ',
  'opds/unrecognized_identifier.opds': 'opds: ',
  'opds2/auth_token_feed.json': 'opds: 2 taken',
  'opds2/bad_feed2.json': 'opds: 1 taken',
  'opds2/feed2.json': 'opds: 3 taken, on at http://bookshelf-feed-demo.us-east-1.elasticbeanstalk.com/v1/publications?page=2&limit=100',
  'opds2/lcp/license/ul.json': 'no feed',
  'opds2/lcp/status/fb-book-adobe.json': 'no feed',
  'opds2/lcp/status/ul-active.json': 'no feed',
  'opds2/tf.json': 'opds: 4 taken',
};

describe('catalogues of others, as they really come', function () {
  this.timeout(20_000);
  const folder = join(corpus, 'catalog');
  let vocabularies: Vocabularies;

  before(async function () {
    need(this, existsSync(folder), 'catalog in CORPUS_DIR');
    vocabularies = await seededVocabularies();
  });

  const mapped = (told: ToldRecord) => mapRecord(told, vocabularies, 'http://other.example/');

  function counted(told: readonly (ToldRecord | RecordAside)[], token: string | null): Outcome {
    const outcomes = told.map((one) => (isAside(one) ? one : mapped(one)));
    const taken = outcomes.filter((one) => !isAside(one) && one.said !== null).length;
    const gone = outcomes.filter((one) => !isAside(one) && one.said === null).length;
    const parts = [taken > 0 ? `${taken} taken` : '', gone > 0 ? `${gone} gone` : '', ...outcomes.filter(isAside).map(({ reason }) => reason)].filter(Boolean).join(', ');
    return token === null ? parts : `${parts}, on at ${token}`;
  }

  async function outcomesOf(path: string, outcome: (bytes: Buffer, name: string) => Outcome): Promise<Record<string, Outcome>> {
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1));
    return Object.fromEntries(await Promise.all(names.sort().map(async (name) => [name, outcome(await readFile(join(path, name)), name)] as const)));
  }

  it('answers of OAI-PMH', async () => {
    const found = await outcomesOf(join(folder, 'oai'), (bytes, name) => {
      const verb = name.replace(/\d*\.xml$/, '');
      try {
        if (/^(Identify|ListIdentifiers|ListMetadataFormats|ListSets)$/.test(verb)) {
          const answer = readOaiAnswer(bytes, verb);
          return 'error' in answer ? answer.error.code : `${verb}: ${answer.children.length}`;
        }
        const page = readOaiPage(bytes, 'text/xml');
        return 'error' in page ? page.error.code : counted([...page.records, ...page.aside], page.token);
      } catch (error) {
        if (error instanceof NotOai) return 'no OAI-PMH';
        throw error;
      }
    });
    expect(found).to.eql(oai);
  });

  for (const [name, expected] of Object.entries(marc))
    it(`MARC in XML: ${name}`, async () => {
      const found = await outcomesOf(join(folder, 'marc', name), (bytes) => {
        try {
          const root = readXmlTree(decodeXml(bytes).text);
          const told = (root.name === 'collection' ? root.children : [root]).map((record): ToldRecord => ({ identifier: 'x', datestamp: null, deleted: false, says: saidInXml(record), text: '' }));
          const [only] = told.length === 1 ? told.map(mapped) : [];
          return only && !isAside(only) && only.said ? `${only.said.description.title}, ${only.said.description.year}` : counted(told, null);
        } catch (error) {
          if (error instanceof XmlFault) return 'no XML';
          throw error;
        }
      });
      expect(found).to.eql(expected);
    });

  it('catalogues for reading programs', async () => {
    const found = await outcomesOf(join(folder, 'opds'), (bytes) => {
      const feed = readFeed(bytes, undefined, 'http://other.example/');
      return feed ? `${feed.shape}: ${counted(feed.told, feed.next)}` : 'no feed';
    });
    expect(found).to.eql(opds);
  });
});
