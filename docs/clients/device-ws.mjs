// A device over a WebSocket, in Node.js with ws: signs in, holds its socket, beats over it, does commands, and always comes back.
//
//   npm install ws
//   DEVICE_ID=test-device-001 DEVICE_SECRET=test-secret-12345 node docs/clients/device-ws.mjs   # or API_URL=https://...
import WebSocket from 'ws';

const { API_URL = 'http://localhost:3001', DEVICE_ID: deviceId, DEVICE_SECRET: deviceSecret } = process.env;
const api = API_URL.replace(/\/$/, '') + '/api/v1/device';
const todo = new Map(); // Commands that are not over, by id, and what came of them.
let [token, failures, fresh] = ['', 0, 0]; // fresh: no beat was good since the last sign-in.

const signIn = async () => {
  const answer = await fetch(`${api}/auth`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ deviceId, deviceSecret }), signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) { throw { code: answer.status === 401 ? 403 : answer.status, least: answer.headers.get('retry-after') }; }
  return (await answer.json()).token;
};

// Resolves when the socket is over, with its close code or the handshake's status, and the seconds that the server asks for.
const live = () => new Promise(over => {
  const socket = new WebSocket(api.replace(/^http/, 'ws') + '/ws', { headers: { 'x-device-session': token }, handshakeTimeout: 10_000 });
  let next, silence;
  const say = (type, members) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify({ type, ...members }));
  const beatIn = milliseconds => { clearTimeout(next); next = setTimeout(beat, milliseconds); };
  const beat = () => { say('heartbeat', { status: 'healthy', metrics: { cpu: 12.5 } }); beatIn(30_000); };
  const heard = () => { clearTimeout(silence); silence = setTimeout(() => socket.terminate(), 45_000); };
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
  socket.on('open', () => { heard(); beat(); });
  socket.on('ping', heard); // The server pings after 20 s of silence.
  socket.on('message', data => { heard(); const frame = JSON.parse(data); on[frame.type]?.(frame); });
  socket.on('unexpected-response', (_, answer) => { over([answer.statusCode, answer.headers['retry-after']]); socket.terminate(); });
  socket.on('error', () => {}); // 'close' comes after it.
  socket.on('close', code => { clearTimeout(next); clearTimeout(silence); over([code, 0]); });
});

for (;;) {
  let code, least;
  try { if (!token) { [token, fresh] = [await signIn(), 1]; } [code, least] = await live(); } catch (fault) { [code, least] = [fault.code ?? 0, fault.least]; }
  const unwanted = [403, 4001, 4002].includes(code), calm = [1000, 1001].includes(code); // Calm: that gateway stops, another is there.
  if (unwanted || code === 401 || code === 4003) { token = ''; }
  const wait = unwanted ? 300 + Math.random() * 60 : code === 401 && !fresh ? 0 : Math.max(Number(least) || 0, Math.random() * (calm ? 5 : Math.min(60, 2 ** ++failures)));
  console.log(`over (${code}): again in ${wait.toFixed(1)} s`);
  await new Promise(done => setTimeout(done, wait * 1000));
}
