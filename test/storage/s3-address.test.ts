import { expect } from 'chai';
import { contentDisposition } from '../../storage/objects/content-disposition.ts';
import { parseS3Address } from '../../storage/objects/s3-address.ts';

describe('object store: s3 address', () => {
  it('reads key, secret, place and parameters', () => {
    expect(parseS3Address('s3+http://k%40y:se%2Fc%25r@store.local:9000/tu-sach/a/b?region=vn-1&public=https://files.school.vn&timeout=2.5')).to.deep.equal({
      secure: false,
      host: 'store.local',
      port: 9000,
      accessKey: 'k@y',
      secretKey: 'se/c%r',
      bucket: 'tu-sach',
      prefix: 'a/b/',
      region: 'vn-1',
      publicHost: { secure: true, host: 'files.school.vn', port: 443 },
      silenceMs: 2500,
    });
    expect(parseS3Address('s3+https://k:s@[::1]/bucket/')).to.include({ secure: true, host: '::1', port: 443, prefix: '', region: 'us-east-1', publicHost: null, silenceMs: 10_000 });
    expect(parseS3Address('s3+http://k:s@h/bucket')).to.include({ port: 80 });
  });

  it('says what is wrong, and never the secret', () => {
    const wrong: Record<string, RegExp> = {
      's3+http://k:geheim@h/': /bucket/,
      's3+http://k:geheim@h/AB': /bucket/,
      's3+http://k:geheim@h/10.0.0.1': /bucket/,
      's3+http://geheim@h/bucket': /key:secret/,
      's3+http://k:geheim%@h/bucket': /percent/,
      's3+ftp://k:geheim@h/bucket': /s3\+http/,
      's3+http://k:geheim@h/bucket/..%2f': /prefix/,
      's3+http://k:geheim@h/bucket/a//.b': /prefix/,
      's3+http://k:geheim@h/bucket?regoin=x': /regoin/,
      's3+http://k:geheim@h/bucket?timeout=soon': /timeout/,
      's3+http://k:geheim@h/bucket?timeout=0': /timeout/,
      's3+http://k:geheim@h/bucket?public=files.school.vn': /public/,
      's3+http://k:geheim@h/bucket?public=https://files.school.vn/path': /public/,
      geheim: /not an address/,
    };
    for (const [address, said] of Object.entries(wrong)) expect(() => parseS3Address(address), address).to.throw(said).with.property('message').that.does.not.include('geheim');
  });

  it('names a file by RFC 6266, with the name in Vietnamese and one for old programs', () => {
    expect(contentDisposition('attachment', 'Đề thi (lớp 5) "Toán".pdf')).to.equal(
      'attachment; filename="De thi (lop 5) _Toan_.pdf"; filename*=UTF-8\'\'%C4%90%E1%BB%81%20thi%20%28l%E1%BB%9Bp%205%29%20%22To%C3%A1n%22.pdf',
    );
  });
});
