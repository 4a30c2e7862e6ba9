// Drivers of the Node.js stacks: node drive.mjs STACK URL TOKEN header|protocol watch|sleep. Packages lie in node_modules beside it, undici under two names.
import { createRequire } from 'node:module';

const [stack, url, token, how, deed] = process.argv.slice(2);
const headers = how === 'header' ? { 'X-Device-Session': token } : {};
const protocols = how === 'protocol' ? [token] : [];
const need = createRequire(import.meta.url);
const say = (...words) => console.log(words.join(' ').split('\n')[0]);
const sleepIf = () => { if (deed === 'sleep') { setTimeout(() => process.exit(), 3000); } };
const opened = () => { say('open'); sleepIf(); };
let events = [];
// What fires, in order, within half a second of the first: error without close is what a device must know.
const over = word => { if (events.push(word) === 1) { setTimeout(() => say('over', events.join(', then ')), 500); } };
setTimeout(() => {}, 3600_000);

const standard = (WebSocket, options) => {
  const socket = new WebSocket(url, options);
  socket.onopen = opened;
  socket.onmessage = () => {};
  socket.onerror = ({ error, message }) => over(`error (${(error?.message ?? message ?? '').slice(0, 50)})`);
  socket.onclose = ({ code }) => over(`close ${code}`);
};

const stacks = {
  builtin: () => standard(WebSocket, how === 'header' ? { headers } : protocols),
  undici6: () => standard(need('undici6').WebSocket, { headers, protocols }),
  undici7: () => standard(need('undici7').WebSocket, { headers, protocols }),
  ws: () => {
    const WebSocket = need('ws');
    const socket = new WebSocket(url, protocols, { headers });
    socket.on('open', opened);
    socket.on('unexpected-response', (_, response) => { over(`unexpected-response ${response.statusCode}`); });
    socket.on('error', error => over(`error (${error.message.slice(0, 50)})`));
    socket.on('close', code => over(`close ${code}`));
  },
  websocket: () => {
    const client = new (need('websocket').client)();
    client.on('connect', connection => {
      opened();
      connection.on('error', error => over(`error (${error.message.slice(0, 50)})`));
      connection.on('close', code => over(`close ${code}`));
    });
    client.on('connectFailed', error => over(`connectFailed (${error.message.replace(/\s+/g, ' ').slice(0, 60)})`));
    client.connect(url, protocols, undefined, headers);
  },
  faye: () => {
    const socket = new (need('faye-websocket').Client)(url, protocols, { headers });
    socket.on('open', opened);
    socket.on('error', error => over(`error (${String(error.message).slice(0, 50)})`));
    socket.on('close', event => over(`close ${event.code}`));
  },
  nodejs: () => {
    const connection = need('nodejs-websocket').connect(url, { extraHeaders: headers, protocols }, opened);
    connection.on('error', error => over(`error (${error.message.slice(0, 50)})`));
    connection.on('close', code => over(`close ${code}`));
  },
};
stacks[stack]();
