using System.Diagnostics;

namespace Rollcall.Documents;

/// <summary>
/// One program of docs/clients/: what it needs, how it is made ready, how it is run. Commands are lines of a shell, in the folder of the
/// programs.
/// </summary>
/// <param name="Name">Its file.</param>
/// <param name="Needs">A line that succeeds where the stack is there.</param>
/// <param name="Build">Null: nothing is to be built. It knows the device, for a program that has it compiled in.</param>
/// <param name="Packages">What brings the stack.</param>
internal sealed record Client(string Name, string Needs, string? Build, string Run, string Packages)
{
    // Debian's own interpreter: another one in the PATH does not see Debian's packages.
    private const string Python = "$(ls /usr/bin/python3 || command -v python3)";
    private const string Json = "-lcurl -lcjson";
    private const string Board = """g++ -std=c++17 -x c++ -include arduino/stub/Arduino.h -I arduino/stub -I/usr/include/cjson """
        + """ "-DAPI_URL=\"$API_URL\"" "-DDEVICE_ID=\"$DEVICE_ID\"" """
        + """ """
        + """ "-DDEVICE_SECRET=\"$DEVICE_SECRET\"" arduino/device.ino -o board -lcurl -lcjson""";
    private const string Go = "env GO111MODULE=off GOPATH=/usr/share/gocode go build -o device-go device.go";

    public static IReadOnlyList<Client> All { get; } =
    [
        new("device.sh", "command -v curl jq", null, "exec sh device.sh", "curl jq"),
        new("device.py", "command -v python3", null, "exec python3 device.py", "python3"),
        new("device_websockets.py", $"{Python} -c 'import websockets'", null, $"exec {Python} device_websockets.py", "python3-websockets"),
        new("device-ws.mjs", "command -v node npm", "npm install --no-audit --no-fund --ignore-scripts --loglevel=error ws@8",
            "exec node device-ws.mjs", "Node.js with npm"),
        new("device-fetch.mjs", "node --experimental-websocket -e 'WebSocket'", null,
            "exec node --experimental-websocket --no-warnings device-fetch.mjs", "Node.js 20 or later"),
        new("device.go", "command -v go && ls /usr/share/gocode/src/github.com/gorilla/websocket", Go, "exec ./device-go",
            "golang-go golang-github-gorilla-websocket-dev"),
        new("device.c", Including("curl/curl.h", "cjson/cJSON.h"), $"cc -Wall -Wextra -Werror device.c {Json} -o device-c", "exec ./device-c",
            "gcc libc6-dev libcurl4-openssl-dev libcjson-dev"),
        new("arduino/device.ino", Including("curl/curl.h", "cjson/cJSON.h") + " && command -v g++", Board, "exec ./board",
            "g++ libcurl4-openssl-dev libcjson-dev"),
        new("device.cs", "command -v dotnet", "dotnet build device.cs -v quiet", "exec dotnet run --no-build device.cs", "the .NET SDK"),
        new("Device.java", "command -v javac && ls /usr/share/java/gson.jar", null, "exec java -cp /usr/share/java/gson.jar Device.java",
            "default-jdk-headless libgoogle-gson-java"),
        new("device.pl", "perl -MMojolicious -e 1", null, "exec perl device.pl", "libmojolicious-perl"),
    ];

    /// <summary>Runs a line to its end.</summary>
    /// <returns>What it said when it failed; null: it succeeded.</returns>
    public static async Task<string?> FailureAsync(string line, string folder, Dictionary<string, string> environment)
    {
        using var process = Start(line, folder, environment);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            var (says, complains) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
            await process.WaitForExitAsync(patience.Token);
            return process.ExitCode == 0 ? null : $"'{line}' ended with {process.ExitCode}: {await complains}{await says}";
        }
        catch (OperationCanceledException)
        {
            return $"'{line}' did not end.";
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Left as it is but for the device's own: how package clients reach their registries may stand in the environment.</summary>
    public static Process Start(string line, string folder, Dictionary<string, string> environment)
    {
        var start =
            new ProcessStartInfo("/bin/sh", ["-c", line]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static string Including(params string[] headers) =>
        $"printf '{string.Concat(headers.Select(header => $"#include <{header}>\\n"))}' | cc -E - ";
}
