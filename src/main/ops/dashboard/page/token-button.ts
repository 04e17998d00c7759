/** The button that takes the host's token, tries it, and forgets it again. Browser, not a thread of the host. */

import { ApiError, request } from './api.ts';
import { byId, setText } from './dom.ts';
import type { FormDialog } from './form-dialog.ts';
import { actingName, lock, onLockChange, token, unlock } from './session.ts';

export class TokenButton {
  readonly #forms: FormDialog;

  constructor(forms: FormDialog) {
    this.#forms = forms;
    const button = byId('token-button', HTMLButtonElement);
    button.addEventListener('click', () => this.press());
    onLockChange(() => {
      setText(button, token() === undefined ? 'Unlock controls' : 'Lock controls');
      button.title = token() === undefined ? 'Give the token (u)' : `${actingName()} (u)`;
    });
  }

  press(): void {
    if (token() !== undefined) {
      lock();
      return;
    }
    this.#forms.open({
      title: 'Unlock the controls',
      text: "The token is in the file ops-token of the host's data folder. It is kept in this tab only, until the tab is closed.",
      fields: [
        { name: 'token', label: 'Token', kind: 'secret', required: true, lengthMax: 512 },
        {
          name: 'by',
          label: 'Your name, for the audit log',
          kind: 'text',
          value: actingName(),
          lengthMax: 64,
        },
      ],
      submit: 'Unlock',
      act: async ({ token: tried = '', by = '' }) => {
        await assertToken(tried);
        unlock(tried, by);
      },
    });
  }
}

/** Asks for something that only the token opens. */
async function assertToken(tried: string): Promise<void> {
  try {
    await request('/v1/audit?limit=1', { token: tried });
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) {
      throw new Error('Wrong token: the host does not know it', { cause: error });
    }
    // The host took the token and could not answer the rest, such as a store that fails.
    if (!(error instanceof ApiError) || error.status < 500) throw error;
  }
}
