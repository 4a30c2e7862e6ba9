// A portal in a page of code: watches the fleet, prints the snapshot's size and the first live events, ends with exit code 0.
//
//   npm install @microsoft/signalr
//   TOKEN=$(dotnet run --project Gateway -- portal-token) node docs/portal-example.mjs
//
// URL (default http://localhost:3001), EVENTS (default 3) and SECONDS to wait for them (default 60) may be set.
import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';

const { URL: base = 'http://localhost:3001', TOKEN: token, EVENTS = '3', SECONDS = '60' } = process.env;
if (!token) {
  console.error('Set TOKEN to a portal token.');
  process.exit(2);
}

const devices = new Map();
let early = []; // What came before the snapshot, to be merged into it.
let left = Number(EVENTS);
let finish;
const enough = new Promise(resolve => { finish = resolve; });

// Newer or equal wins; a message without customerId has no profile and updates only a device that is known.
const older = (one, other) => one.seq < other.seq || (one.seq === other.seq && (one.lastSeen ?? '') < (other.lastSeen ?? ''));
const inTurn = take => (early ? early.push(take) : take());
const merge = update => {
  const known = devices.get(update.deviceId);
  if (known ? older(update, known) : !update.customerId) { return; }
  devices.set(update.deviceId, { ...known, ...update });
};

const print = (event, device) => {
  if (left-- > 0) { console.log(`${event} ${device.deviceId} ${device.status} (${device.reason ?? 'never seen'}) seq ${device.seq}`); }
  if (left <= 0) { finish(); }
};

const hub = new HubConnectionBuilder()
  .withUrl(`${base}/hubs/portal`, { accessTokenFactory: () => token, transport: HttpTransportType.WebSockets, skipNegotiation: true })
  .withAutomaticReconnect()
  .configureLogging(LogLevel.Error)
  .build();

hub.on('device_status', updates => updates.forEach(device => { inTurn(() => merge(device)); print('device_status', device); }));
hub.on('device_registered', device => { inTurn(() => merge(device)); print('device_registered', device); });
hub.on('device_updated', device => { inTurn(() => merge(device)); print('device_updated', device); });
hub.on('device_removed', ({ deviceId }) => { inTurn(() => devices.delete(deviceId)); });
hub.on('command_result', command => console.log(`command_result ${command.deviceId} ${command.command} ${command.status}`));
hub.on('device_counts', () => {});

const watch = async () => {
  early = [];
  const snapshot = await hub.invoke('Watch', { limit: 5000 });
  devices.clear();
  snapshot.devices.forEach(device => devices.set(device.deviceId, device));
  const waiting = early;
  early = null;
  waiting.forEach(take => take());
  return snapshot;
};
hub.onreconnected(watch);

await hub.start();
const { counts, truncated } = await watch();
console.log(`snapshot: ${devices.size} devices, ${counts.online} online, ${counts.offline} offline${truncated ? ', truncated' : ''}`);

const late = setTimeout(() => finish(), Number(SECONDS) * 1000);
await enough;
clearTimeout(late);
await hub.stop();
if (left > 0) { console.log('no further events in time'); }
