import type { viPlatforms } from './vi-platforms.ts';

export const enPlatforms: Record<keyof typeof viPlatforms, string> = {
  'platforms.title': 'Learning platforms',
  'platforms.says':
    'Teachers choose materials of the library inside Moodle or another learning platform (LTI 1.3). Pupils open them with a click and no second password.',
  'platforms.known': 'Connected',
  'platforms.none': 'No platform is connected yet.',
  'platforms.add': 'Enter by hand',
  'platforms.insecure':
    'The library runs without HTTPS. Browsers keep no cookie inside a frame of another site, so teachers cannot choose inside Moodle yet, and pupils have to open a new window.',
  'platforms.ours': 'Addresses of the library',
  'platforms.oursSay': 'To enter by hand, copy these lines into the settings of the external tool in Moodle.',
  'platforms.key': 'Signing key',
  'platforms.keySince': 'The key in use was made on {date}.',
  'platforms.noKey': 'The key is made at its first use.',
  'platforms.keySays':
    'The old key stays valid until the next change, so that Moodle has time to fetch the new one. If it may have leaked, change twice.',
  'platforms.changeKey': 'Change the key',
  'platforms.keyChanged': 'The signing key has been changed',
  'platform.name': 'What it is called here',
  'platform.nameHint': 'For example our school’s Moodle. Teachers and pupils see this name.',
  'platform.issuerHint':
    'From the tool settings of Moodle, like the lines below. For Moodle the other addresses are filled in.',
  'platform.deploymentsHint': 'Several are separated by commas.',
  'platform.authorizationEndpoint': 'Authentication request URL',
  'platform.tokenEndpoint': 'Access token URL',
  'platform.jwksUrl': 'Public keyset URL',
  'platform.more': 'Rarely needed',
  'platform.site': 'Address of its pages',
  'platform.siteHint': 'When people open its pages under another domain than the platform id, as on Canvas.',
  'platform.strangers': 'Whom the library does not know yet',
  'platform.strangers.make': 'Read at once, with an account made for them',
  'platform.strangers.link': 'Sign in to the library once, to link their account',
  'platform.trustsTeachers': 'Whoever teaches a course there is a teacher here',
  'platform.keepsNames': 'Keep names of pupils in accounts made for them',
  'platform.peopleSay':
    'Accounts made for them have no password, keep no e-mail address, and are of a pupil or a teacher of this school. Librarians, heads and administrators always sign in with a password.',
  'platform.change': 'Change {name}',
  'platform.edit': 'Change',
  'platform.saved': '{name} is saved.',
  'platform.savedKeys': '{name} is saved. Keys read from it: {keys}.',
  'platform.people': '{count} people have opened the library from it',
  'platform.noDeployment': 'No deployment id yet: enter it under Change',
  'platform.remove': 'Remove',
  'platform.removeAsk': 'Remove {name}?',
  'platform.removeSays':
    'Whoever reads from it is signed out. Accounts it made are switched off, and names of pupils erased. Accounts that were linked stay.',
  'platform.removed': '{name} is removed',
  'invite.title': 'Connect by one address',
  'invite.says':
    'Moodle 4 and later fills in everything from an address that works once. Nothing to copy line by line.',
  'invite.make': 'Make the address',
  'invite.paste':
    'In Moodle: Site administration → Plugins → External tool → Manage tools. Paste this address into Tool URL, press Add LTI Advantage, then Activate.',
  'invite.address': 'Registration address',
  'invite.once':
    'It works once, until {date}. Whoever has it can connect a platform of theirs, so give it to the administrator of Moodle only.',
  'copy.copy': 'Copy',
  'copy.what': 'Copy {what}',
  'copy.done': 'Copied',
};
