using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Rollcall;
using Rollcall.Silo;

var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
var root = new RootCommand("Rollcall's silo: the store's tools. (Its cluster mode is not built yet; `dotnet run --project Gateway` starts everything in one process.)")
{
    MigrateCommand.Create(configuration),
};
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception refused) when (refused is SettingException or Rollcall.Migrations.StoreTooNewException)
{
    Console.Error.WriteLine(refused.Message);
    return 2;
}
