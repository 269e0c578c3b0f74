import { createTransport } from 'nodemailer';
import type { Config } from '../config.ts';
import type { Log } from '../log.ts';

export interface Mail {
  send(message: { to: string; subject: string; text: string }): Promise<void>;
  close(): void;
}

/** Null where no SMTP server is set: then a librarian resets passwords by hand. */
export function openMail(config: Config['mail'], log: Log): Mail | null {
  if (!config) return null;
  const transport = createTransport(config.smtp);
  return {
    async send(message) {
      try {
        await transport.sendMail({ from: config.from, ...message });
      } catch (error) {
        // The asker gets the same answer whether the account exists or not, so a failure can only be told to the log.
        log.error({ err: error as Error }, 'mail not sent');
      }
    },
    close: () => transport.close(),
  };
}
