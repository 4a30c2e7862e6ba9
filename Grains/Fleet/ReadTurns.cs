using Orleans.Runtime;

namespace Rollcall.Fleet;

/// <summary>Limits of the reads of lists, logs and commands at a silo.</summary>
public sealed class ReadOptions
{
    /// <summary>LIST_READS: reads of one customer at a time. Default 8.</summary>
    public int Most { get; set; } = 8;

    /// <summary>LIST_READS_WAITING: reads of one customer that wait for their turn; one more is answered 429. Default 32.</summary>
    public int MostWaiting { get; set; } = 32;

    /// <summary>How long a read waits for its turn; less than a call may take. Default 3 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(3);
}

/// <summary>
/// Reads of the fleet take turns, customer by customer. A customer with very many reads waits for its own; another customer's read comes
/// soon. Loading a twin does not wait here.
/// </summary>
/// <param name="places">Reads of all customers at a time.</param>
internal sealed class ReadTurns(int places, ReadOptions options, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Customer> _customers = [];

    /// <summary>Customers with waiting reads, in the order of their turns.</summary>
    private readonly LinkedList<Customer> _round = [];
    private readonly int _most = Math.Min(options.Most, places);
    private int _free = places;

    /// <summary>Reads that wait for their turn.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _round.Sum(customer => customer.Waiting.Count);
            }
        }
    }

    /// <summary>Runs a read when it is this customer's turn.</summary>
    /// <exception cref="LimitExceededException">As many reads of this customer wait as may.</exception>
    /// <exception cref="StoreUnavailableException">Its turn did not come in time, because of other customers' reads.</exception>
    public async ValueTask<T> ReadAsync<T>(string customerId, Func<Task<T>> read)
    {
        var customer = await EnterAsync(customerId);
        try
        {
            return await read();
        }
        finally
        {
            Leave(customer);
        }
    }

    private async ValueTask<Customer> EnterAsync(string customerId)
    {
        Customer customer;
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            customer = _customers.TryGetValue(customerId, out var known) ? known : _customers[customerId] = new Customer(customerId);
            if (_free > 0 && customer.Running < _most && customer.Waiting.Count == 0)
            {
                Begin(customer);
                return customer;
            }

            if (customer.Waiting.Count >= options.MostWaiting)
            {
                throw new LimitExceededException("As many reads of this customer wait as may.");
            }

            customer.Waiting.AddLast(turn);
            if (customer.Waiting.Count == 1)
            {
                _round.AddLast(customer);
            }
        }

        try
        {
            await turn.Task.WaitAsync(options.Timeout, clock);
            return customer;
        }
        catch (TimeoutException)
        {
            return GiveUp(customer, turn) is { } refusal ? throw refusal : customer;
        }
    }

    /// <returns>Null: the turn came at this very moment.</returns>
    private Exception? GiveUp(Customer customer, TaskCompletionSource turn)
    {
        lock (_gate)
        {
            if (!customer.Waiting.Remove(turn))
            {
                return null;
            }

            if (customer.Waiting.Count == 0)
            {
                _round.Remove(customer);
            }

            Forget(customer);
            return customer.Running >= _most
                ? new LimitExceededException("The reads of this customer take too long.")
                : new StoreUnavailableException("Too much is being read.");
        }
    }

    private void Leave(Customer customer)
    {
        lock (_gate)
        {
            customer.Running--;
            _free++;
            Forget(customer);
            while (_free > 0 && Next() is { } next)
            {
                _round.Remove(next);
                var turn = next.Waiting.First!.Value;
                next.Waiting.RemoveFirst();
                if (next.Waiting.Count > 0)
                {
                    _round.AddLast(next);
                }

                Begin(next);
                turn.SetResult();
            }
        }
    }

    private Customer? Next() => _round.FirstOrDefault(customer => customer.Running < _most);

    private void Begin(Customer customer)
    {
        customer.Running++;
        _free--;
    }

    private void Forget(Customer customer)
    {
        if (customer.Running == 0 && customer.Waiting.Count == 0)
        {
            _customers.Remove(customer.Id);
        }
    }

    private sealed class Customer(string id)
    {
        public string Id => id;

        public int Running { get; set; }

        public LinkedList<TaskCompletionSource> Waiting { get; } = [];
    }
}
