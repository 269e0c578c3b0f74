import type { ServerResponse } from 'node:http';
import type { LaunchFault } from './launch-fault.ts';
import { launchFaults } from './launch-fault.ts';

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const html = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character]!);
const hidden = (fields: Record<string, string>): string =>
  Object.entries(fields)
    .map(([name, value]) => `<input type="hidden" name="${html(name)}" value="${html(value)}">`)
    .join('');

const style = `body{margin:0;padding:2rem 1rem;font:1.0625rem/1.6 'Be Vietnam Pro',system-ui,sans-serif;color:#221e1a;background:#fbf8f3}
main{max-width:34rem;margin:0 auto}h1{font-size:1.3rem}.en{color:#665f57;font-size:.95rem}a,button{font:inherit}
.go{display:inline-block;min-height:44px;box-sizing:border-box;padding:.55rem 1.1rem;border:0;border-radius:6px;background:#7a2e1d;color:#fff;text-decoration:none;cursor:pointer}
label{display:block;margin-top:1rem;font-weight:600}input{font:inherit;display:block;width:100%;box-sizing:border-box;min-height:44px;padding:.4rem .6rem;border:1px solid #857b70;border-radius:6px;background:#fff;color:inherit}
.bad{color:#8c1d18}@media(prefers-color-scheme:dark){body{color:#efe9e1;background:#1d1a17}.en{color:#b5aca1}.bad{color:#ffb4a8}input{background:#26221e}}`;

export interface LaunchPage {
  status: number;
  /** Origins whose pages may lie around this one. */
  frames: readonly string[];
  /** Where its form goes, when that is not ours. */
  formTo?: string;
  title: string;
  /** Made by the functions below. */
  body: string;
  script?: 'send' | 'close';
}

/** A small page of ours inside a learning platform, with a policy of its own. */
export function sendPage(response: ServerResponse, page: LaunchPage): void {
  const policy = [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    "script-src 'self'",
    "base-uri 'none'",
    `form-action ${page.formTo ? new URL(page.formTo).origin : "'self'"}`,
    `frame-ancestors ${["'self'", ...page.frames].join(' ')}`,
  ];
  response.statusCode = page.status;
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.setHeader('content-security-policy', policy.join('; '));
  response.setHeader('cache-control', 'no-store');
  // What the policy says of frames counts; this older header knows no list.
  response.removeHeader('x-frame-options');
  // Without it a form to another site would come from nowhere ("Origin: null"), which some platforms refuse.
  if (page.formTo) response.setHeader('referrer-policy', 'origin');
  // The window that opened this one waits to be told that it may be closed.
  if (page.script === 'close') response.removeHeader('cross-origin-opener-policy');
  response.end(
    `<!doctype html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">` +
      `<title>${html(page.title)} – Tủ Sách</title><style>${style}</style></head><body><main><h1>${html(page.title)}</h1>${page.body}</main>` +
      `${page.script ? `<script src="/lti/${page.script}.js"></script>` : ''}</body></html>`,
  );
}

const both = (vi: string, en: string): string => `<p>${html(vi)}</p><p class="en" lang="en">${html(en)}</p>`;

export function faultPage(fault: LaunchFault, frames: readonly string[]): LaunchPage {
  const [status, vi, en] = launchFaults[fault.code];
  const code = fault.detail ? `${fault.code}: ${fault.detail}` : fault.code;
  return { status, frames, title: 'Chưa mở được', body: `${both(vi, en)}<p class="en">${html(code)}</p>` };
}

/** No cookie stays inside this frame; the same launch begins anew in a window of its own. */
export function ownWindowPage(address: string, frames: readonly string[]): LaunchPage {
  const says = both(
    'Trình duyệt không cho thư viện nhớ ai đang đọc trong khung này. Mở trong cửa sổ mới thì đọc được như thường.',
    'The browser does not let the library remember who is reading inside this frame. It works in a window of its own.',
  );
  return {
    status: 200,
    frames,
    title: 'Mở trong cửa sổ mới',
    body: `${says}<p><a class="go" href="${html(address)}" target="_blank" rel="noopener">Mở thư viện · Open the library</a></p>`,
  };
}

/** Asks somebody of the platform for their own account, once. `trouble`: why the last attempt did not do. */
export function linkPage(given: {
  platform: string;
  name: string | null;
  ticket: string;
  frames: readonly string[];
  trouble: { vi: string; en: string; status: number } | null;
  username?: string;
}): LaunchPage {
  const who = given.name ? ` (${given.name})` : '';
  const says = both(
    `Đăng nhập một lần bằng tài khoản thư viện của chính bạn. Từ lần sau, mở từ ${given.platform}${who} không cần mật khẩu nữa.`,
    `Sign in once with your own account of the library. From then on, opening from ${given.platform}${who} needs no password.`,
  );
  const trouble = given.trouble
    ? `<p class="bad" role="alert">${html(given.trouble.vi)} <span lang="en">${html(given.trouble.en)}</span></p>`
    : '';
  const form =
    `<form method="post" action="/lti/link">${hidden({ ticket: given.ticket })}` +
    `<label for="username">Tên đăng nhập · <span lang="en">Username</span></label><input id="username" name="username" required maxlength="200" autocomplete="username" autocapitalize="none" spellcheck="false" value="${html(given.username ?? '')}">` +
    `<label for="password">Mật khẩu · <span lang="en">Password</span></label><input id="password" name="password" type="password" required maxlength="200" autocomplete="current-password">` +
    `<p><button class="go">Đăng nhập và nối tài khoản · Sign in and link</button></p></form>`;
  return {
    status: given.trouble?.status ?? 200,
    frames: given.frames,
    title: `Nối với ${given.platform}`,
    body: `${says}${trouble}${form}`,
  };
}

/** Hands a choice over to the platform: a form that sends itself. */
export function returnPage(given: {
  address: string;
  message: string;
  platform: string;
  frames: readonly string[];
}): LaunchPage {
  const form = `<form method="post" action="${html(given.address)}">${hidden({ JWT: given.message })}<p><button class="go">Gửi về ${html(given.platform)} · Send</button></p></form>`;
  return {
    status: 200,
    frames: given.frames,
    formTo: given.address,
    title: `Đang gửi về ${given.platform}`,
    body: form,
    script: 'send',
  };
}

/** The platform has registered itself, and may close the window in which it did (Dynamic Registration 1.0 section 3.6). */
export function registeredPage(platform: string, frames: readonly string[]): LaunchPage {
  const says = both(
    `${platform} đã nối với thư viện. Nếu cửa sổ này không tự đóng thì đóng lại rồi bật công cụ vừa thêm.`,
    `${platform} is connected. If this window stays open, close it and switch the new tool on.`,
  );
  return { status: 200, frames, title: 'Đã nối', body: says, script: 'close' };
}

/** The two scripts, served from our own address because the policy of the pages allows no script inside them. */
export const pageScripts = {
  'send.js': "document.querySelector('form').submit();\n",
  // Said to whoever opened the window; it holds nothing that others may not hear.
  'close.js': "(window.opener || window.parent).postMessage({ subject: 'org.imsglobal.lti.close' }, '*');\n",
} as const;
