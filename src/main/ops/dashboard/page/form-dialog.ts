/**
 * One dialog for all that needs an answer: fields, a button that says what it does, and the host's refusal in words while
 * the dialog stays open. Browser, not a thread of the host.
 */

import { messageOf } from './api.ts';
import { byId, element, setText } from './dom.ts';

export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly kind: 'text' | 'long-text' | 'secret' | 'choice';
  readonly value?: string;
  readonly required?: boolean;
  readonly lengthMax?: number;
  /** Of a choice: value and words. */
  readonly choices?: readonly (readonly [string, string])[];
  readonly hint?: string;
}

export interface FormRequest {
  readonly title: string;
  readonly text: string;
  readonly fields: readonly FormField[];
  readonly submit: string;
  readonly isDangerous?: boolean;
  /** Rejects with what to show; the dialog stays. */
  readonly act: (values: Readonly<Record<string, string>>) => Promise<void>;
}

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

export class FormDialog {
  readonly #dialog = byId('form-dialog', HTMLDialogElement);
  readonly #fields = byId('form-fields', HTMLElement);
  readonly #error = byId('form-error', HTMLElement);
  readonly #submit = byId('form-submit', HTMLButtonElement);
  #controls: readonly Control[] = [];
  #request: FormRequest | undefined;

  constructor() {
    byId('form-cancel', HTMLButtonElement).addEventListener('click', () => this.#dialog.close());
    byId('form-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#act();
    });
    // A secret must not stay in the page.
    this.#dialog.addEventListener('close', () => this.#fields.replaceChildren());
  }

  open(request: FormRequest): void {
    this.#request = request;
    setText(byId('form-title', HTMLElement), request.title);
    setText(byId('form-text', HTMLElement), request.text);
    setText(this.#error, '');
    setText(this.#submit, request.submit);
    this.#submit.className = request.isDangerous === true ? 'primary danger' : 'primary';
    this.#submit.disabled = false;
    this.#controls = request.fields.map(controlFor);
    this.#fields.replaceChildren(
      ...request.fields.map((field, index) => labelFor(field, this.#controls[index])),
    );
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#controls[0]?.focus();
  }

  async #act(): Promise<void> {
    const request = this.#request;
    if (request === undefined || this.#submit.disabled) return;
    const values = this.#controls.map((control) => [control.name, control.value.trim()] as const);
    this.#submit.disabled = true;
    setText(this.#error, '');
    try {
      await request.act(Object.fromEntries(values));
      // The act may have opened the next question.
      if (this.#request === request) this.#dialog.close();
    } catch (error) {
      setText(this.#error, messageOf(error));
    } finally {
      this.#submit.disabled = false;
    }
  }
}

function labelFor({ label, hint }: FormField, control: Control | undefined): HTMLElement {
  const words = element('span', { text: label });
  const made = element('label', {}, words, ...(control === undefined ? [] : [control]));
  if (hint !== undefined) made.append(element('span', { className: 'soft', text: hint }));
  return made;
}

function controlFor(field: FormField): Control {
  const { name, kind, value = '', required = false, lengthMax, choices = [] } = field;
  if (kind === 'choice') {
    const select = element('select', { attributes: { name } });
    for (const [choice, words] of choices) {
      select.append(element('option', { text: words, attributes: { value: choice } }));
    }
    if (value !== '') select.value = value;
    return select;
  }
  const control = kind === 'long-text' ? element('textarea') : element('input');
  if (control instanceof HTMLTextAreaElement) control.rows = 3;
  else control.type = kind === 'secret' ? 'password' : 'text';
  control.name = name;
  control.value = value;
  control.required = required;
  control.autocomplete = 'off';
  control.spellcheck = kind === 'long-text';
  if (lengthMax !== undefined) control.maxLength = lengthMax;
  return control;
}
