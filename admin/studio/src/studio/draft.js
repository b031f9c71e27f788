/**
 * A draft on the server, in its parts. Every part has an ETag; a save says which one it was made
 * from, so the server can refuse to write over what somebody else saved meanwhile.
 *
 *   const draft = openDraft(api);
 *   const { content, etag } = await draft.load('process');
 *   await draft.save('process', content, etag)   → { etag, hash }
 *
 * Throws `Changed` (412), `Refused` (the server said no, with its sentence) or `Away` (no answer).
 */
import { csrfToken } from '../app/page.js';

export class Away extends Error {}

export class Refused extends Error {
  constructor(status, said) {
    super(said.message ?? '');
    this.status = status;
    this.code = said.code ?? '';
    this.fields = said.fields ?? [];
  }
}

/** Somebody else saved this part since it was loaded. */
export class Changed extends Error {
  constructor({ by, at, etag }) {
    super('changed');
    Object.assign(this, { by, at, etag });
  }
}

const isXml = (part) => part === 'process' || part.startsWith('decisions/');

export function openDraft(api) {
  const at = (part) => `${api}/parts/${part}`;
  return {
    async load(part) {
      const answer = await ask(at(part));
      const content = isXml(part) ? await answer.text() : await answer.json();
      return { content, etag: tag(answer) };
    },

    /** @param {string|null} etag what it was made from; null for a part that is new */
    async save(part, content, etag) {
      const answer = await ask(at(part), {
        method: 'PUT',
        headers: {
          ...(etag ? { 'if-match': `"${etag}"` } : { 'if-none-match': '*' }),
          'content-type': isXml(part) ? 'application/xml' : 'application/json',
        },
        body: isXml(part) ? content : JSON.stringify(content),
      });
      return answer.json();
    },

    drop: (part) => ask(at(part), { method: 'DELETE' }).then((answer) => answer.json()),
    about: () => ask(api).then((answer) => answer.json()),
    findings: () => ask(`${api}/findings`).then((answer) => answer.json()).then((said) => said.findings),

    /** What the checks would say with `part` as it stands in the editor. */
    findingsWith: (part, content) =>
      tell(`${api}/findings`, { part, content }).then((said) => said.findings),

    /** Tests that fail, as findings; none while the draft can't be run at all. */
    failedTests: () =>
      tell(`${api}/tests/run`, {}).then(({ results, stopped }) =>
        results.filter((each) => !each.ok && !stopped).map(({ key, name, differences: [first] }) => ({
          part: `tests/${key}`, code: 'test-failed', element: key, severity: 'error', message: `${name}：${first?.text ?? ''}`,
        }))),

    here: (part) => tell(`${api}/presence`, { part }),

    /** What two people made of a part, in words (HTML); `base`: what both began with, if it is known. */
    compared: (address, part, { base, mine, theirs }) =>
      ask(`${address}/comparison`, {
        method: 'POST', headers: { 'content-type': 'application/json', accept: 'text/html' },
        body: JSON.stringify({ part, base: base ?? undefined, mine, theirs }),
      }).then((answer) => answer.text()),
  };
}

/** Sends JSON, gives the JSON of the answer. */
export async function tell(address, body, method = 'POST', headers = {}) {
  const answer = await ask(address, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return answer.status === 204 ? null : answer.json();
}

/** `fetch` with our headers, throwing what is described above. */
export async function ask(address, { headers = {}, ...options } = {}) {
  let answer;
  try {
    answer = await fetch(address, {
      ...options,
      headers: { accept: 'application/json', 'x-csrftoken': csrfToken(), ...headers },
    });
  } catch {
    throw new Away();
  }
  if (answer.ok) return answer;
  if (answer.status >= 502 && answer.status <= 504) throw new Away();
  const said = await answer.json().catch(() => ({}));
  if (answer.status === 412 && said.code === 'changed') throw new Changed(said);
  throw new Refused(answer.status, said);
}

const tag = (answer) => (answer.headers.get('etag') ?? '').replaceAll('"', '');
