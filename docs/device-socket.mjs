// A device over a WebSocket, in Node.js: signs in, holds its socket, beats over it, and always comes back.
//
//   npm install ws
//   DEVICE_ID=test-device-001 DEVICE_SECRET=test-secret-12345 node docs/device-socket.mjs
//
// API_URL (default http://localhost:3001) and BEATS, after which it ends (default: never), may be set.
import WebSocket from 'ws';

const { API_URL = 'http://localhost:3001', DEVICE_ID: deviceId, DEVICE_SECRET: deviceSecret, BEATS = '0' } = process.env;
const api = API_URL.replace(/\/$/, '');
const sleep = seconds => new Promise(done => setTimeout(done, seconds * 1000));
let [token, beats, failures, least] = ['', 0, 0, 0];
const seconds = header => Number(header ?? 0) || 0; // A proxy may name a date.

const signIn = async () => {
  const answer = await fetch(`${api}/api/v1/device/auth`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ deviceId, deviceSecret }), signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) { least = seconds(answer.headers.get('retry-after')); throw Object.assign(new Error(`sign-in: ${answer.status}`), { code: answer.status }); }
  return (await answer.json()).token;
};

// Resolves when the socket is over, with its close code or the handshake's status.
const live = () => new Promise(over => {
  const socket = new WebSocket(`${api.replace(/^http/, 'ws')}/api/v1/device/ws`, { headers: { 'x-device-session': token }, handshakeTimeout: 10_000 });
  const say = frame => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(frame));
  const beat = () => say({ type: 'heartbeat', status: 'healthy', metrics: { cpu: 12.5 } });
  let next, silence;
  const heard = () => { clearTimeout(silence); silence = setTimeout(() => socket.terminate(), 45_000); }; // The server pings every 20 s.
  socket.on('open', () => { failures = 0; heard(); beat(); });
  socket.on('ping', heard);
  socket.on('message', data => {
    heard();
    const frame = JSON.parse(data);
    if (frame.type === 'heartbeat_ack') {
      console.log(`beat ${++beats}: ${frame.stored ? 'stored' : 'heard'}, next in ${frame.nextHeartbeat} ms`);
      if (beats === Number(BEATS)) { socket.close(1000); return; }
      next = setTimeout(beat, frame.nextHeartbeat);
    } else if (frame.type === 'error') {
      console.log(`${frame.code}: ${frame.message}`);
      next = setTimeout(beat, (frame.retryAfter ?? 30) * 1_000); // What was said is dropped; the beats go on.
    }
  });
  socket.on('unexpected-response', (_, response) => { least = seconds(response.headers['retry-after']); over(response.statusCode); socket.terminate(); });
  socket.on('error', () => {});
  socket.on('close', code => { clearTimeout(next); clearTimeout(silence); over(code); });
});

while (!Number(BEATS) || beats < Number(BEATS)) {
  let code;
  least = 0;
  try {
    token ||= await signIn();
    code = await live();
  } catch (fault) { code = fault.code ?? 0; }
  if (Number(BEATS) && beats >= Number(BEATS)) { break; }
  if ([401, 4001, 4002, 4003].includes(code)) { token = ''; }
  // 4001: somebody else is this device. 403, 4002: its owner does not want it now. Else at random within a window that doubles, and no sooner than asked.
  const wait = [403, 4001, 4002].includes(code) ? 300 + Math.random() * 60 : Math.max(least, Math.random() * Math.min(60, 2 ** ++failures));
  console.log(`over (${code}): again in ${wait.toFixed(1)} s`);
  await sleep(wait);
}
