/**
 * Uploads: each file is sent by itself as soon as it is chosen or dropped, with its progress shown;
 * one that fails says why and can be tried again while the others go on. At most two at a time.
 * The server answers with the file's list item (HTML) or a refusal (JSON with `message`).
 */
import { csrfToken, on } from './page.js';

const TOGETHER = 2;
const queue = [];
let running = 0;
let page;

export const uploads = {
  starts(htmx) {
    page = htmx;
    on('change', '.upload-input', (input) => {
      take(input.closest('[data-upload]'), [...input.files]);
      input.value = '';
    });
    for (const type of ['dragover', 'dragleave', 'drop']) {
      on(type, '[data-upload]', (box, event) => {
        event.preventDefault();
        box.classList.toggle('is-over', type === 'dragover');
        if (type === 'drop') take(box, [...event.dataTransfer.files]);
      });
    }
    on('paste', '[data-upload]', (box, event) => take(box, [...event.clipboardData.files]));
    addEventListener('beforeunload', (event) => {
      if (running) event.preventDefault();
    });
    document.addEventListener('htmx:afterSettle', () => {
      for (const box of document.querySelectorAll('[data-upload]')) fill(box);
    });
  },

  arrives(root) {
    for (const box of root.querySelectorAll('[data-upload]')) fill(box);
  },
};

function take(box, files) {
  const most = Number(box.dataset.maxFiles) || Infinity;
  const list = box.querySelector('[data-upload-list]');
  for (const file of files) {
    const item = row(box, file);
    const room = list.querySelectorAll('.file:not(.has-problem)').length < most;
    list.append(item.element);
    const problem = room ? unfit(box, file) : box.dataset.textMany;
    if (problem) {
      fail(item, problem, false);
    } else {
      queue.push(item);
      next();
    }
    fill(box);
  }
}

/** What the browser can see is wrong; the server looks again, by content. */
function unfit(box, file) {
  const most = Number(box.dataset.maxBytes);
  if (most && file.size > most) return box.dataset.textTooLarge;
  const types = box.dataset.types.split(',').filter(Boolean).map((type) => type.replace('jpeg', 'jpg'));
  const type = file.name.split('.').pop().toLowerCase().replace('jpeg', 'jpg');
  return types.length && !types.includes(type) ? box.dataset.textType : '';
}

function next() {
  while (running < TOGETHER && queue.length) send(queue.shift());
}

function send(item) {
  const { box, file } = item;
  const request = new XMLHttpRequest();
  item.request = request;
  running += 1;
  item.say(box.dataset.textSending);
  request.open('POST', box.dataset.upload);
  request.setRequestHeader('x-csrftoken', csrfToken());
  // A refusal comes as JSON; what was taken in, as its list item.
  request.setRequestHeader('accept', 'application/json');
  request.setRequestHeader('x-fragment', 'file');
  request.upload.addEventListener('progress', (event) => {
    if (!event.lengthComputable) return;
    item.bar.style.transform = `scaleX(${event.loaded / event.total})`;
    if (event.loaded === event.total) item.say(box.dataset.textChecking);
    else item.say(`${box.dataset.textSending} ${Math.floor((event.loaded / event.total) * 100)}%`);
  });
  request.addEventListener('loadend', () => {
    running -= 1;
    if (!item.cancelled) {
      if (request.status >= 200 && request.status < 300) arrived(item, request.responseText);
      else fail(item, reason(request) || box.dataset.textFailed, mayPass(request.status));
    }
    fill(box);
    next();
  });
  const body = new FormData();
  body.append('file', file, file.name);
  request.send(body);
}

function arrived(item, html) {
  const holder = document.createElement('template');
  holder.innerHTML = html.trim();
  const element = holder.content.firstElementChild;
  if (!element) return item.element.remove();
  item.element.replaceWith(element);
  page.process(element);
  item.box.dispatchEvent(new CustomEvent('uploaded', { bubbles: true }));
}

/** The same file sent again may do: the line broke, the server was busy, somebody signs in again. */
function mayPass(status) {
  return status === 0 || status === 401 || status === 408 || status === 429 || status >= 500;
}

function reason(request) {
  try {
    return JSON.parse(request.responseText).message;
  } catch {
    return '';
  }
}

function fail(item, text, again) {
  item.element.classList.add('has-problem');
  item.bar.parentElement.hidden = true;
  item.note.textContent = text;
  item.note.className = 'field-error';
  item.retry.hidden = !again;
  item.another.hidden = again || text === item.box.dataset.textMany;
  item.drop.textContent = item.box.dataset.textDrop;
}

/** A list item for a file that isn't on the server yet. Names are text, never markup. */
function row(box, file) {
  const element = document.createElement('li');
  element.className = 'file';
  const thumb = element.appendChild(document.createElement('span'));
  thumb.className = 'file-thumb';
  // The same sprite as the box's own icon.
  const icon = box.querySelector('.upload-drop .icon').cloneNode(true);
  const sprite = icon.firstElementChild.getAttribute('href').split('#')[0];
  icon.firstElementChild.setAttribute('href', `${sprite}#file`);
  thumb.append(icon);
  const text = element.appendChild(document.createElement('div'));
  text.className = 'file-text';
  const name = text.appendChild(document.createElement('span'));
  name.className = 'file-name';
  name.textContent = file.name;
  const note = text.appendChild(document.createElement('span'));
  note.className = 'file-facts';
  note.setAttribute('role', 'status');
  const track = text.appendChild(document.createElement('div'));
  track.className = 'file-bar';
  const bar = track.appendChild(document.createElement('i'));
  const item = { box, file, element, note, bar, say: (words) => (note.textContent = words) };
  item.retry = button(element, box.dataset.textRetry, () => {
    element.classList.remove('has-problem');
    note.className = 'file-facts';
    track.hidden = false;
    bar.style.transform = '';
    item.retry.hidden = true;
    item.drop.textContent = box.dataset.textCancel;
    queue.push(item);
    next();
  });
  const away = () => {
    item.cancelled = true;
    item.request?.abort();
    const waiting = queue.indexOf(item);
    if (waiting >= 0) queue.splice(waiting, 1);
    element.remove();
    fill(box);
  };
  item.another = button(element, box.dataset.textAnother, () => {
    away();
    box.querySelector('.upload-input').click();
  });
  item.drop = button(element, box.dataset.textCancel, away);
  item.retry.hidden = item.another.hidden = true;
  return item;
}

function button(element, text, act) {
  const made = element.appendChild(document.createElement('button'));
  Object.assign(made, { type: 'button', className: 'btn btn-quiet', textContent: text });
  made.addEventListener('click', act);
  return made;
}

/** The drop area goes away when no more files may come. */
function fill(box) {
  const most = Number(box.dataset.maxFiles) || Infinity;
  const here = box.querySelectorAll('[data-upload-list] > .file:not(.has-problem)').length;
  box.classList.toggle('is-full', here >= most);
}
