using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Serialization;
using Rollcall.Cluster;

namespace Rollcall.Clusters;

/// <summary>One end of a connection between silos, and the other end's first words as Orleans writes them.</summary>
public sealed class CalledSiloTests
{
    private static readonly IPEndPoint Place = new(IPAddress.Loopback, 11111);
    private static readonly SiloAddress Killed = SiloAddress.New(Place, 1);
    private static readonly SiloAddress StartedAgain = SiloAddress.New(Place, 2);
    private static readonly Type Preamble = Type.GetType("Orleans.Runtime.Messaging.ConnectionPreamble, Orleans.Core", throwOnError: true)!;

    [Fact]
    public async Task Another_silo_at_the_address_of_the_one_that_was_called_is_hung_up_on()
    {
        var met = await Assert.ThrowsAsync<ConnectionAbortedException>(() => HearAsync(called: Killed, answers: StartedAgain));
        Assert.Contains($"{StartedAgain} answers", met.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_silo_that_was_called_is_heard_word_for_word()
    {
        var (heard, isLeftAlone) = await HearAsync(called: StartedAgain, answers: StartedAgain);
        Assert.Equal(Words(StartedAgain), heard);
        Assert.True(isLeftAlone);
    }

    [Fact]
    public async Task Whoever_is_at_an_address_without_a_generation_was_called() =>
        Assert.Equal(Words(StartedAgain), (await HearAsync(called: SiloAddress.New(Place, 0), answers: StartedAgain)).Heard);

    /// <returns>What it said, and whether the connection is then as it was.</returns>
    private static async Task<(byte[] Heard, bool IsLeftAlone)> HearAsync(SiloAddress called, SiloAddress answers)
    {
        await using var services = Services();
        var (there, back) = (new Pipe(), new Pipe());
        var transport = new Duplex(there.Reader, back.Writer);
        await using var connection = new DefaultConnectionContext("one") { Transport = transport };
        connection.Features[Type.GetType("Orleans.Runtime.Messaging.Connection, Orleans.Core", throwOnError: true)!] = Caller(called);
        var heard = Array.Empty<byte>();
        var builder = new ConnectionBuilder(services);
        CalledSilo.Check(builder);
        builder.Run(async one =>
        {
            var words = Words(answers);
            var input = one.Transport.Input;
            for (var part = 0; part < words.Length; part += words.Length / 3)
            {
                await there.Writer.WriteAsync(words.AsMemory(part, Math.Min(words.Length / 3, words.Length - part)));
                var result = await input.ReadAsync();
                heard = result.Buffer.ToArray();
                input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            }
        });
        await builder.Build()(connection);
        return (heard, ReferenceEquals(transport, connection.Transport));
    }

    private static object Caller(SiloAddress called)
    {
        var type = Type.GetType("Orleans.Runtime.Messaging.SiloConnection, Orleans.Runtime", throwOnError: true)!;
        var caller = RuntimeHelpers.GetUninitializedObject(type);
        type.GetProperty("RemoteSiloAddress")!.GetSetMethod(nonPublic: true)!.Invoke(caller, [called]);
        return caller;
    }

    private static byte[] Words(SiloAddress silo)
    {
        using var services = Services();
        var preamble = RuntimeHelpers.GetUninitializedObject(Preamble);
        Preamble.GetProperty("SiloAddress")!.SetValue(preamble, silo);
        Preamble.GetProperty("ClusterId")!.SetValue(preamble, "test");
        var type = typeof(Serializer<>).MakeGenericType(Preamble);
        var words = (byte[])type.GetMethod("SerializeToArray", [Preamble])!.Invoke(services.GetRequiredService(type), [preamble])!;
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, words.Length);
        return [.. length, .. words];
    }

    private static ServiceProvider Services() =>
        new ServiceCollection().AddSerializer(serializer => serializer.AddAssembly(Preamble.Assembly)).BuildServiceProvider();

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
