import type { viErrors } from './vi-errors.ts';

export const enErrors: Record<keyof typeof viErrors, string> = {
  'error.offline': 'The library cannot be reached. What you typed is still here. Check the network and try again.',
  'error.not-found': 'Nothing found here. The address may be old, or the item was removed.',
  'error.not-valid': 'Something is not filled in correctly. Look at the marked fields and send again.',
  'error.not-signed-in': 'Your session has ended. Sign in again to go on; what you were typing is kept.',
  'error.not-allowed': 'Your account may not do this. If you need it, ask the librarian.',
  'error.csrf-mismatch': 'You signed in or out in another tab. Reload this page and do it again.',
  'error.too-many-requests': 'Too many requests at once. Wait a moment and try again.',
  'error.body-too-large':
    'This is more than the library takes at once. Nothing was saved; make it shorter and send again.',
  'error.media-type-unsupported': 'The library does not take this kind of content. Nothing was saved.',
  'error.range-not-satisfiable': 'That part of the file does not exist. Reload the page and open the file again.',
  'error.internal-error':
    'Something went wrong in the library. What was saved is safe. Try again in a few minutes; if it stays, tell the person in charge.',
  'error.search-unavailable':
    'Search is resting. The resources are all there and can be opened. Try again in a few minutes.',
  'error.search-rebuilding':
    'The search index is being built anew. The resources are all there and can be opened. Try again in a few minutes.',
  'error.saved-searches-full': 'You keep {most} searches, which is the most. Remove one, then save again.',
  'error.database-unavailable': 'The library cannot reach its database for the moment. What you just did was not saved; try again in a few seconds.',
  'error.storage-unavailable':
    'The file could not be fetched from the store. Try again in a few minutes; if it stays, tell the person in charge.',
  'error.storage-full':
    'The library’s store is full and takes nothing more for now. What was saved is safe. Tell the person in charge.',
  'error.already-set-up': 'This library has been set up already. Please sign in.',
  'error.not-set-up': 'This library has not been set up yet. Open the home page to begin.',
  'error.sign-in-failed': 'The user name or the password is not right. Check and try again.',
  'error.sign-in-throttled':
    'Too many wrong tries, so this is closed for {minutes} minutes. Wait, or ask the librarian for a new password.',
  'error.account-disabled': 'This account is closed. Ask your school’s librarian.',
  'error.password-wrong': 'The current password is not right. Your password is unchanged.',
  'error.password-too-common': 'This password is too easy to guess. Choose another, a few words together for example.',
  'error.password-must-change': 'You need to change your password before going on.',
  'error.username-taken': 'Somebody has the user name {username} already. Choose another.',
  'error.last-administrator':
    'This is the last person in charge of the school, who cannot be closed or given another role. Hand over first.',
  'error.reset-token-invalid': 'This link has expired or was used. Ask for a new one.',
  'error.mail-not-configured': 'The library cannot send mail yet. Ask the librarian for a new password.',
  'error.record-not-found':
    'This resource cannot be found. It may have been removed, or you need to sign in to see it.',
  'error.record-withdrawn': 'This resource has been withdrawn and is no longer in use.',
  'error.record-deleted': 'This resource is in the bin. The librarian can bring it back.',
  'error.record-not-publishable':
    'It cannot be published yet: a resource needs a title, and a readable file or a link. Add them and try again.',
  'error.record-state-wrong': 'The resource’s state has changed, so this no longer fits. Reload the page to see it.',
  'error.version-conflict':
    'Somebody has just changed this. Nothing of yours is lost. Reload to see the new version and do it again.',
  'error.term-unknown': 'The chosen entry is no longer in the list. Choose another.',
  'error.scope-too-wide':
    'This licence does not allow sharing that widely. Choose a narrower audience or another licence.',
  'error.link-only-licence': 'This licence allows only a link, no file. Change the licence, or take the file out.',
  'error.nothing-to-undo': 'There is nothing to undo: this version is the same as the present one.',
  'error.file-not-found': 'This file cannot be found. It may have been taken out of the resource.',
  'error.file-not-readable':
    'This file cannot be read page by page. You can still download it where the licence allows.',
  'error.page-not-found': 'The book has no such page.',
  'error.page-not-ready': 'This page is being prepared. Come back in a few minutes.',
  'error.download-not-licensed': 'The licence does not allow downloading. You can still read it here.',
  'error.upload-not-found': 'This upload is no longer on the server. Choose the file again to send it from the start.',
  'error.upload-too-large':
    'The file is larger than the library takes ({most}). Split it, or scan at a lower resolution.',
  'error.upload-offset-wrong': 'This upload and the server disagree. Press try again to go on.',
  'error.file-empty': 'This file is empty. Check it on your computer and choose it again.',
  'error.already-held': 'The library holds this very file already.',
  'error.document-damaged':
    'The file is damaged or incomplete and cannot be read. The original is kept; replace it with a better copy.',
  'error.document-repaired':
    'The file is damaged in places but could be read. Look over its pages; replace it if some are missing.',
  'error.document-text-only':
    'The pages were set from the words of the file, to be found and read. Pictures, tables and layout are in the file itself.',
  'error.document-has-no-pages': 'The file has no pages. The original is kept; check it and replace it.',
  'error.document-too-many-pages':
    'The file has too many pages to be read at once. The original is kept; split it into volumes.',
  'error.document-needs-password':
    'The file is locked with a password. Type it to open the file; the library does not keep it.',
  'error.document-password-wrong': 'That password is not right. Try another.',
  'error.document-too-slow':
    'Reading this file took too long and was stopped. The original is kept. Try again, or replace it with a lighter copy.',
  'error.document-too-much-memory':
    'This file is too heavy for the server and was stopped. The original is kept. Split it or replace it with a lighter copy.',
  'error.document-process-died': 'The reading was cut off. The original is kept. Press try again.',
  'error.image-too-large': 'The image is too large. The original is kept; make it smaller and replace it.',
  'error.image-damaged':
    'The image is damaged and cannot be shown. The original is kept; replace it with another copy.',
  'error.archive-damaged': 'The archive is damaged or incomplete. The original is kept; pack it again and replace it.',
  'error.archive-unsafe-name':
    'The archive holds unsafe file names and was not opened. Pack it again from the folder of images.',
  'error.archive-too-large': 'The archive unpacks to more than is allowed and was not opened. Split it into several.',
  'error.archive-too-many-entries': 'The archive holds too many files. Split it into several.',
  'error.archive-nested-too-deep': 'The archive holds archives within archives. Unpack it and pack it again once.',
  'error.archive-encrypted': 'The archive has a password and cannot be opened. Pack it again without one.',
  'error.archive-without-images': 'The archive holds no page images. It is kept and can be downloaded.',
  'error.text-encoding-unknown':
    'The file’s character encoding is not known. It is kept; save it as UTF-8 and replace it.',
  'error.text-recognition-failed':
    'Text could not be recognised on some pages. Their images can be read; press try again to recognise once more.',
  'error.format-not-read': 'The library keeps this file for download but cannot show its pages yet.',
  'error.source-not-found': 'This source was not found. It may have been removed.',
  'error.source-already-held': 'The library already has this source with the same address and set. Open that one to change or harvest it.',
  'error.source-address-refused': 'This address lies inside the network, or is no web address. If it is a server of the school, ask an administrator to allow it first.',
  'error.source-unreachable': '{host} could not be reached. What was taken is kept. Check the address or try again later.',
  'error.source-too-slow': '{host} answers too slowly, so the library stopped waiting. What was taken is kept.',
  'error.source-too-large': '{host} sends more than the library takes. What was taken is kept. Try a smaller set.',
  'error.source-redirects': 'This address leads round in circles. Check the address.',
  'error.source-not-oai': 'This address does not answer by OAI-PMH. The right one often ends in /oai or /oai/request.',
  'error.source-answers-error': 'The source answers with an error. What was taken is kept; try again later or ask whoever looks after the source.',
  'error.source-busy': 'The source is busy and asks to come back later. The library will go on by itself.',
  'error.source-cut': 'The answer of {host} broke off. What came is kept; the library will ask again.',
  'error.source-format-gone': 'The source no longer gives the chosen format. Remove this source and add it again with another format.',
  'error.source-token-broken': 'The source has forgotten the list that was being read. The library begins again; what was taken is kept.',
  'error.source-token-loops': 'The list of the source repeats without end, so it was stopped after {pages} pages. What was taken is kept.',
  'error.source-mostly-gone': 'The source no longer tells {count} records, too many to believe that they are gone. They are kept; ask whoever looks after the source.',
  'error.decision-not-found': 'This decision is no longer there, or has been undone.',
  'error.peer-not-found': 'This place is not in the list of peers.',
  'error.peer-is-self': 'This is the address of this library itself. Type the one of the other library.',
  'error.peer-code-wrong': 'Whoever answers does not know this code, and may not be the library that gave it. Check the address, then ask for a new code.',
  'error.peer-code-refused': 'The code is wrong or older than an hour. Ask the other library for a new one.',
  'error.peer-signature-wrong': 'The signature does not fit the known key. If one side has restored old data, pair again with a new code.',
  'error.peer-unknown': 'The other side does not know this library. Pair again with a new code.',
  'error.peer-clock-wrong': 'The clocks of the two servers differ by more than five minutes. Set them right and try again.',
  'error.peer-ended': 'The two libraries are no longer paired.',
  'error.peer-replayed': 'This request was sent once before and is not taken again.',
  'error.peer-answers-error': 'The other library answers with an error. Try again later, or ask its administrator.',
  'error.copy-not-allowed': 'This file may not be copied, or the other side has taken it away.',
  'error.copy-damaged': 'The copied file is not the same as the original and is not used. Try to copy it again.',
  'error.proposal-not-found': 'This proposal was not found.',
  'error.proposal-outdated': 'The record has changed, or the proposal has been decided. Look at the record before deciding.',
  'error.proposal-says-nothing': 'No field differs from the record as it is.',
  'error.platform-not-found': 'This learning platform is no longer here.',
  'error.platform-already-known': 'This learning platform is here already (same platform id and client id).',
  'error.platform-issuer-fixed': 'People have come from this platform already, so its platform id cannot change: those of another platform would become them. Remove it and add it anew.',
  'error.platform-keys-refused': 'The host {host} lies in the inner network. Allow it on the page Other catalogues and try again.',
  'error.platform-keys-unread': 'The keys at {host} could not be read. Check the address, and whether that server is running.',
  'error.choice-gone': 'This choice was sent already, or has expired. Go back to the course and choose again.',
  'error.image-request-invalid': 'The address of the image is not right.',
  'fault.too_small': 'This is empty or too short.',
  'fault.too_big': 'This is longer than allowed.',
  'fault.invalid_type': 'This is missing.',
  'fault.invalid_format': 'Not in the right form.',
  'fault.invalid_value': 'Choose one from the list.',
};
