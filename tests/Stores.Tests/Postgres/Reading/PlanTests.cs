using System.Diagnostics;
using Rollcall.Devices;
using Rollcall.Fleet;
using Rollcall.Schema;

namespace Rollcall.Postgres.Reading;

/// <summary>At 300,000 devices of 30 customers, one device in 101 offline, in no order on the disk, and a transition of each.</summary>
public sealed class PlanTests(PlanTests.Fleet fleet) : IClassFixture<PlanTests.Fleet>
{
    [Theory]
    [InlineData(null, null, "devices_of_customer")]
    [InlineData(DeviceStatus.Online, null, "devices_of_customer")]
    [InlineData(DeviceStatus.Offline, null, "devices_by_status")]
    [InlineData(null, "lamp-000777", "devices_of_customer")]
    public async Task A_page_of_the_list_costs_an_index(DeviceStatus? status, string? after, string index)
    {
        var page = new DevicePageQuery(PostgresFilters.Instance, "customer-1", DeviceFilter.Of(status is { } one ? [one] : null), after, 200);
        var plan = await (await fleet.Store()).Plan(page.Sql, page.Values);
        Assert.Contains(index, plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_been_silent_since_costs_its_index()
    {
        var plan = await (await fleet.Store()).Plan(
            "SELECT device_id FROM devices WHERE customer_id = $1 AND status = 'offline' AND status_since < $2 ORDER BY status_since LIMIT 100",
            ["customer-1", TestStore.Noon.UtcDateTime]);
        Assert.Contains("devices_by_status", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
    }

    /// <summary>
    /// What looks after the log and the clock reads the front of the log, one customer's part of it, or tables of a row a customer.
    /// </summary>
    [Theory]
    [InlineData(EventLog.CountSome, "presence_events_pkey", EventLog.Step, 1_000_000L)]
    [InlineData(EventLog.CountAgain, "presence_events_of_customer", "customer-1")]
    [InlineData(EventLog.BoundSome, "presence_events_of_customer", EventLog.Step, "customer-1", 100L, 100_000L)]
    [InlineData(EventLog.Over, "event_counts", 100L, 100_000L)]
    [InlineData("SELECT at FROM clock_seen", "clock_seen")]
    public async Task Bounding_the_log_costs_the_part_that_it_looks_at(string sql, string reads, params object[] values)
    {
        var plan = await (await fleet.Store()).Plan(sql, values);
        Assert.Contains(reads, plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan on presence_events", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan on devices", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pruning_the_log_costs_its_front()
    {
        var plan = await (await fleet.Store()).Plan(EventLog.PruneSome, [EventLog.Step, TestStore.Noon.UtcDateTime]);
        Assert.Contains("presence_events_pkey", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan on presence_events", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_counts_cost_nothing_beside_a_count()
    {
        var store = await fleet.Store();
        var count = await Milliseconds("SELECT count(*) FROM devices WHERE status = 'online'");
        var sum = await Milliseconds(PostgresFleetStore.Counts, "customer-1");
        TestContext.Current.TestOutputHelper?.WriteLine($"A count of 300,000 devices takes {count:0.0} ms, the sum of the counts {sum:0.0} ms.");
        Assert.True(sum < count, $"{sum} ms, {count} ms");

        async Task<double> Milliseconds(string sql, params object[] values)
        {
            await store.Ask<long>(sql, values);
            var since = Stopwatch.GetTimestamp();
            await store.Ask<long>(sql, values);
            return Stopwatch.GetElapsedTime(since).TotalMilliseconds;
        }
    }

    [Fact]
    public async Task A_watch_of_some_devices_and_the_reading_of_twins_cost_the_rows_they_name()
    {
        string[] ids = [.. Enumerable.Range(0, 2_000).Select(i => $"lamp-{i * 30 + 1:000000}")];
        var store = await fleet.Store();
        var watch = new DevicePageQuery(PostgresFilters.Instance, "customer-1", DeviceFilter.Of(deviceIds: ids), null, 5_000);
        Assert.DoesNotContain("Seq Scan", await store.Plan(watch.Sql, watch.Values), StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", await store.Plan("SELECT * FROM devices WHERE device_id = ANY($1)", [ids]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flush_costs_the_rows_it_writes()
    {
        var store = await fleet.Store();
        string[] ids = [.. Enumerable.Range(0, 2_000).Select(i => $"lamp-{i * 7:000000}")];
        var rows = await store.Devices.ReadAsync(ids, CancellationToken.None);
        Assert.Equal(2_000, rows.Count);
        var scanned = await store.Statistic("seq_tup_read");
        Assert.All(await store.Write([.. rows.Select(row => TestStore.Flipped(row))]), Assert.True);
        Assert.Equal(scanned, await store.Statistic("seq_tup_read"));
    }

    /// <summary>Beats wait for these rows meanwhile.</summary>
    [Fact]
    public async Task A_page_that_is_folded_anew_costs_the_rows_it_writes()
    {
        string[] ids = [.. Enumerable.Range(0, 500).Select(i => $"lamp-{i * 7:000000}")];
        var plan = await (await fleet.Store()).Plan(PostgresFleetStore.Fold, [ids, ids, ids]);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Join Filter", plan, StringComparison.Ordinal);
    }

    /// <summary>Made when the first of the tests asks.</summary>
    public sealed class Fleet : IAsyncDisposable
    {
        private readonly SemaphoreSlim _making = new(1);
        private PostgresTestStore? _store;

        internal async Task<PostgresTestStore> Store()
        {
            await _making.WaitAsync();
            try
            {
                return _store ??= await MakeAsync();
            }
            finally
            {
                _making.Release();
            }
        }

        public async ValueTask DisposeAsync()
        {
            _making.Dispose();
            await (_store?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        private static async Task<PostgresTestStore> MakeAsync()
        {
            var store = await PostgresTestStore.OpenAsync();

            // No log, no check of each row's customer, the indexes at last: only so that it is made in seconds.
            await SharedPostgres.SayAsync(store.ConnectionString, """
                ALTER TABLE devices SET UNLOGGED;
                SET session_replication_role = replica;
                CREATE TEMP TABLE index_of_devices AS SELECT indexdef FROM pg_indexes WHERE tablename = 'devices';
                ALTER TABLE devices DROP CONSTRAINT devices_pkey;
                DROP INDEX devices_of_customer, devices_by_status, devices_with_commands, devices_weak;
                INSERT INTO customers (customer_id, created_at) SELECT 'customer-' || i, now() FROM generate_series(0, 29) i;
                INSERT INTO devices (device_id, customer_id, revision, name, search, mode, profile_version, activated, session_epoch, status,
                    status_reason, status_since, health, last_seen, metrics, presence_seq, registered_at, updated_at)
                SELECT 'lamp-' || lpad(i::text, 6, '0'), 'customer-' || i % 30, i, 'Lamp', 'lamp-' || i || E'\nlamp', 'active', 1, true, 1,
                    CASE WHEN i % 101 = 0 THEN 'offline' ELSE 'online' END, 'heartbeat',
                    timestamptz '2026-01-01' + i * interval '1 second', 'healthy', now(),
                    '{"cpu":12.5,"memory":40,"uptime":3600}', 1, now(), now()
                FROM generate_series(0, 299999) i ORDER BY hashint4(i);
                DO 'DECLARE def text; BEGIN FOR def IN SELECT indexdef FROM index_of_devices LOOP EXECUTE def; END LOOP; END';
                ALTER TABLE devices ADD PRIMARY KEY USING INDEX devices_pkey;
                ANALYZE devices;
                ALTER TABLE presence_events SET UNLOGGED;
                INSERT INTO presence_events (customer_id, device_id, seq, from_status, to_status, reason, at)
                SELECT 'customer-' || i % 300, 'lamp-' || lpad(i::text, 6, '0'), 1, 'offline', 'online', 'heartbeat',
                    timestamptz '2026-01-01' + i * interval '1 second'
                FROM generate_series(0, 299999) i;
                INSERT INTO event_counts SELECT 'customer-' || i, 1000, 200000 FROM generate_series(0, 299) i;
                UPDATE event_counted SET through = 290000;
                INSERT INTO clock_seen VALUES (true, now());
                ANALYZE presence_events, event_counts, event_counted, clock_seen;
                """);
            return store;
        }
    }
}
