// A device over a WebSocket with what Node.js has built in (22 and later; 20 with --experimental-websocket), as browsers and Deno do:
// no header can be set, so the token is the subprotocol; a refused handshake says no status, so REST is asked after two.
//   DEVICE_ID=test-device-001 DEVICE_SECRET=test-secret-12345 node docs/clients/device-fetch.mjs   # or API_URL=https://...
const { API_URL = 'http://localhost:3001', DEVICE_ID: deviceId, DEVICE_SECRET: deviceSecret } = process.env;
const api = API_URL.replace(/\/$/, '') + '/api/v1/device';
const todo = new Map(); // Commands that are not over, by id, and what came of them.
let [token, failures, refused, fresh] = ['', 0, 0, 0]; // fresh: no beat was good since the last sign-in.

const call = async (path, body) => {
  const headers = { 'content-type': 'application/json', ...token && { 'x-device-session': token } };
  const answer = await fetch(`${api}/${path}`, { method: 'POST', headers, body: JSON.stringify(body), signal: AbortSignal.timeout(10_000) });
  if (answer.ok) { return answer.json(); }
  const { code } = await answer.json().catch(() => ({}));
  throw { code: ['INVALID_CREDENTIALS', 'SESSION_SUPERSEDED'].includes(code) ? 403 : answer.status, least: answer.headers.get('retry-after') };
};

// Resolves with the close code when the socket is over; with 0 when there was none. Node 20 fires error and never close when refused.
const live = () => new Promise(over => {
  const socket = new WebSocket(api.replace(/^http/, 'ws') + '/ws', [token]);
  let next, silence;
  const end = code => { clearTimeout(next); clearTimeout(silence); over(code); };
  const say = (type, members) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify({ type, ...members }));
  const beatIn = milliseconds => { clearTimeout(next); next = setTimeout(beat, milliseconds); };
  const beat = () => { say('heartbeat', { status: 'healthy', metrics: { cpu: 12.5 } }); beatIn(30_000); };
  // The server's pings are not seen here: what is heard are the answers to beats.
  const heard = milliseconds => { clearTimeout(silence); silence = setTimeout(() => { end(0); socket.close(); }, milliseconds); };
  const report = ({ id: commandId, outcome }) => say(outcome ? 'command_result' : 'command_ack', { commandId, requestId: `${outcome ? 1 : 0}${commandId}`, ...outcome });
  const on = {
    // What has no answer is said again after each beat. A command comes again until it is acknowledged, and is done once.
    heartbeat_ack: ({ nextHeartbeat }) => { failures = fresh = 0; beatIn(nextHeartbeat); todo.forEach(report); console.log(`beat, next in ${nextHeartbeat} ms`); },
    command: frame => { if (!todo.has(frame.id)) { todo.set(frame.id, frame); } report(todo.get(frame.id)); },
    ack: ({ commandId, requestId }) => {
      const command = todo.get(commandId);
      if (requestId[0] === '1') { todo.delete(commandId); } else if (command && !command.outcome) {
        command.outcome = command.command === 'echo' ? { status: 'completed', result: command.parameters } : { status: 'failed', error: 'unsupported' };
        report(command);
      }
    },
    error: ({ code, message, requestId }) => { console.log(`${code}: ${message}`); if (['CONFLICT', 'NOT_FOUND', 'INVALID_REQUEST'].includes(code)) { todo.delete(requestId?.slice(1)); } },
  };
  heard(10_000);
  socket.onopen = () => { refused = 0; heard(45_000); beat(); };
  socket.onmessage = ({ data }) => { heard(45_000); const frame = JSON.parse(data); on[frame.type]?.(frame); };
  socket.onerror = () => { refused += socket.readyState === WebSocket.OPEN ? 0 : 1; setTimeout(end, 1000, 0); }; // close may come, or not.
  socket.onclose = ({ code }) => end(code);
});

for (;;) {
  let code, least;
  try {
    if (!token) { [token, fresh] = [(await call('auth', { deviceId, deviceSecret })).token, 1]; }
    if (refused > 1) { refused = 0; await call('heartbeat', { status: 'healthy' }); } // Says what the handshake cannot.
    code = await live();
  } catch (fault) { [code, least] = [fault.code ?? 0, fault.least]; }
  const unwanted = [403, 4001, 4002].includes(code), calm = [1000, 1001].includes(code); // Calm: that gateway stops, another is there.
  if (unwanted || code === 401 || code === 4003) { token = ''; }
  const wait = unwanted ? 300 + Math.random() * 60 : code === 401 && !fresh ? 0 : Math.max(Number(least) || 0, Math.random() * (calm ? 5 : Math.min(60, 2 ** ++failures)));
  console.log(`over (${code}): again in ${wait.toFixed(1)} s`);
  await new Promise(done => setTimeout(done, wait * 1000));
}
