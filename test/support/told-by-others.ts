import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A small provider of OAI-PMH, as bad as a test wants it. */
export interface Provider {
  /** Of its OAI-PMH. */
  address: string;
  /** host:port */
  host: string;
  /** Arguments of each request, in their order. */
  asked: Record<string, string>[];
  /** How many requests were being answered at the same time, at most. */
  mostAtOnce(): number;
  /** Answers from now on. */
  answer: Answer;
  close(): Promise<void>;
}

/** A document, or what it does with the response. */
export type Answer = (asked: Record<string, string>, request: IncomingMessage) => string | Buffer | ((response: ServerResponse) => void);

export async function openProvider(answer: Answer): Promise<Provider> {
  let [now, most] = [0, 0];
  const server = createServer((request, response) => {
    most = Math.max(most, ++now);
    response.on('close', () => now--);
    const asked = Object.fromEntries(new URL(request.url!, 'http://x').searchParams);
    provider.asked.push(asked);
    const said = provider.answer(asked, request);
    if (typeof said === 'function') said(response);
    else response.writeHead(200, { 'content-type': 'text/xml; charset=utf-8' }).end(said);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider: Provider = {
    address: `http://${host}/oai`,
    host,
    asked: [],
    mostAtOnce: () => most,
    answer,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return provider;
}

const namespaces = 'xmlns="http://www.openarchives.org/OAI/2.0/"';
export const oai = (content: string, responseDate = new Date().toISOString().replace(/\.\d+/, '')): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH ${namespaces}><responseDate>${responseDate}</responseDate><request verb="ListRecords">http://other.example/oai</request>${content}</OAI-PMH>`;
export const oaiError = (code: string): string => oai(`<error code="${code}">no</error>`);
export const list = (records: readonly string[], token: string | null = null, size = ''): string =>
  oai(`<ListRecords>${records.join('')}${token === null ? '' : `<resumptionToken${size}>${token}</resumptionToken>`}</ListRecords>`);
export const header = (identifier: string, datestamp = '2024-01-01T00:00:00Z'): string => `<header><identifier>${identifier}</identifier><datestamp>${datestamp}</datestamp></header>`;
export const deleted = (identifier: string): string => `<record><header status="deleted"><identifier>${identifier}</identifier><datestamp>2024-02-01T00:00:00Z</datestamp></header></record>`;
/** A record in oai_dc: its title, and further elements of Dublin Core. */
export const dc = (identifier: string, title: string, more = '', datestamp?: string): string =>
  `<record>${header(identifier, datestamp)}<metadata><oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${title}</dc:title>${more}</oai_dc:dc></metadata></record>`;
export const identify = (more = '<deletedRecord>persistent</deletedRecord>'): string =>
  oai(`<Identify><repositoryName>Thư viện bạn</repositoryName><baseURL>http://other.example/oai</baseURL><protocolVersion>2.0</protocolVersion><adminEmail>a@b.c</adminEmail><earliestDatestamp>2000-01-01T00:00:00Z</earliestDatestamp>${more}<granularity>YYYY-MM-DDThh:mm:ssZ</granularity></Identify>`);
