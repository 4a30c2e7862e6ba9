using System.CommandLine;
using Rollcall.Load;
using Rollcall.Load.Baseline;
using Rollcall.Load.Commands;
using Rollcall.Load.Memory;
using Rollcall.Load.Rest;
using Rollcall.Load.Restart;
using Rollcall.Load.Start;

var root = new RootCommand("Loads Rollcall, and a bare server beside it, with the same requests.")
{
    RestCommand.Create(),
    MemoryCommand.Create(),
    CommandsCommand.Create(),
    RestartCommand.Create(),
    StartCommand.Create(),
    BaselineCommand.Create(),
};
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (LoadException failed)
{
    Console.Error.WriteLine(failed.Message);
    return 1;
}
catch (OperationCanceledException)
{
    return 130;
}
