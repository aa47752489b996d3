// Shows how far an upload and an import have come. Without this script the form is sent as it is, and the
// page looks again by itself.
const EVERY = 200;
const grouped = (number) => Math.round(number).toLocaleString('en');
const span = (seconds) => (seconds < 60 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.ceil(seconds / 60)} min`);

/** What is said of an upload: "25 %, 12 of 48 MB, 6.0 MB a second, about 6 s left". */
const told = (done, total, seconds) => {
  const mega = (bytes) => (bytes / 1048576).toFixed(bytes < 10485760 ? 1 : 0);
  const parts = [`${Math.floor((done * 100) / total)} %`, `${mega(done)} of ${mega(total)} MB`];
  if (seconds > 0.5 && done > 0) {
    parts.push(`${mega(done / seconds)} MB a second`);
    if (done < total) parts.push(`about ${span(((total - done) * seconds) / done)} left`);
  }
  return parts.join(', ');
};

/** Puts the main part of another page of ours in place of this one's. */
const show = (text, url) => {
  const page = new DOMParser().parseFromString(text, 'text/html');
  const content = page.getElementById('content');
  if (!content) return false;
  document.getElementById('content').replaceWith(content);
  if (url) history.replaceState(null, '', url);
  begin();
  return true;
};

const send = (form) => {
  const panel = document.querySelector('.import-upload');
  const alert = document.querySelector('.import-alert');
  const bar = panel.querySelector('progress');
  const file = form.elements.file.files[0];
  const most = Number(form.dataset.most);
  const refuse = (why) => {
    panel.hidden = true;
    form.hidden = false;
    alert.hidden = false;
    alert.firstElementChild.textContent = why;
  };
  alert.hidden = true;
  if (file && file.size > most) {
    refuse(`The file has ${grouped(file.size / 1048576)} MB, and ${grouped(most / 1048576)} MB is the most. Import it in parts.`);
    return;
  }
  const request = new XMLHttpRequest();
  const since = performance.now();
  let last = -EVERY;
  request.upload.onprogress = ({ loaded, total }) => {
    const now = performance.now();
    if (now - last < EVERY && loaded < total) return;
    last = now;
    bar.value = (loaded * 100) / total;
    panel.querySelector('[data-detail]').textContent = told(loaded, total, (now - since) / 1000);
  };
  request.upload.onload = () => {
    // The server is looking at it: nobody knows how long that takes.
    bar.removeAttribute('value');
    panel.querySelector('[data-what]').textContent = 'Checking';
    panel.querySelector('[data-detail]').textContent = '';
  };
  request.onload = () => {
    if (request.status < 400) {
      location.assign(request.responseURL);
    } else if (!show(request.responseText)) {
      refuse(request.responseText.trim());
    }
  };
  request.onerror = () => refuse('The upload broke off. Nothing was changed. Check the connection, then try again.');
  request.onabort = () => refuse('Cancelled. Nothing was changed.');
  panel.querySelector('[data-what]').textContent = `Sending ${file ? file.name : 'the pasted text'}`;
  panel.querySelector('[data-detail]').textContent = '';
  bar.value = 0;
  panel.querySelector('[data-cancel]').onclick = () => request.abort();
  form.hidden = true;
  panel.hidden = false;
  request.open('POST', form.action);
  request.send(new FormData(form));
};

const take = (form) => {
  const drop = form.querySelector('.import-drop');
  const over = (event) => {
    if (![...event.dataTransfer.types].includes('Files')) return;
    event.preventDefault();
    drop.classList.toggle('import-over', event.type !== 'dragleave');
  };
  for (const name of ['dragenter', 'dragover', 'dragleave']) form.addEventListener(name, over);
  form.addEventListener('drop', (event) => {
    drop.classList.remove('import-over');
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    form.elements.file.files = event.dataTransfer.files;
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send(form);
  });
};

const follow = (work) => {
  const bar = work.querySelector('progress');
  const what = work.querySelector('[data-what]');
  const stream = new EventSource(work.dataset.progress);
  const again = () => {
    stream.close();
    location.reload();
  };
  stream.onmessage = (event) => {
    const now = JSON.parse(event.data);
    // Whoever listens hears what is done, not every number.
    if (what.textContent !== now.what) what.textContent = now.what;
    bar.setAttribute('aria-label', now.what);
    if (now.percent === null) bar.removeAttribute('value');
    else bar.value = now.percent;
    work.querySelector('[data-detail]').textContent = now.detail;
  };
  stream.addEventListener('end', again);
  // What is no interruption, but an answer, is the end: the page says why.
  stream.onerror = () => { if (stream.readyState === EventSource.CLOSED) again(); };
  // A page that is left holds no connection.
  addEventListener('pagehide', () => stream.close());
};

const begin = () => {
  const form = document.querySelector('form.import-form');
  const work = document.querySelector('[data-progress]');
  if (form) take(form);
  if (work) follow(work);
};

begin();
