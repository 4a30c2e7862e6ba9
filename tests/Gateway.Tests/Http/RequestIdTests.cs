using Rollcall.Running;

namespace Rollcall.Http;

public sealed class RequestIdTests(SharedGateway shared)
{
    private const string Header = "X-Request-ID";
    private readonly TestGateway _gateway = shared.Gateway;

    public static TheoryData<string> Unfit => ["", " ", "a b", "a\u0001b", "a\tb", "a\u007fb", new string('x', 129), new string('x', 4_000)];

    [Theory]
    [InlineData("a")]
    [InlineData("!~{}<>\"'\\/,;")]
    [InlineData("0af7651916cd43dd8448eb211c80319c")]
    public async Task A_fit_one_is_echoed_with_an_answer_and_with_a_problem(string id)
    {
        Assert.Equal(id, (await Get(id, "/healthz")).Is(200)[Header]);
        Assert.Equal(id, (await Get(id, "/nothing")).Is(404)[Header]);
        Assert.Equal(id, (await Get(id, "/api/v1/customer/devices")).Is(401).TextOf("requestId"));
    }

    [Fact]
    public async Task One_of_128_characters_is_echoed() =>
        Assert.Equal(new string('x', 128), (await Get(new string('x', 128), "/healthz"))[Header]);

    [Theory]
    [MemberData(nameof(Unfit))]
    public async Task An_unfit_one_is_replaced(string id)
    {
        var answer = (await Get(id, "/nothing")).Is(404);
        Assert.Matches("^[0-9a-f]{32}$", answer[Header]);
        Assert.Equal(answer[Header], answer.TextOf("requestId"));
    }

    [Fact]
    public async Task An_absent_one_is_made_and_never_twice() => Assert.NotEqual(
        (await _gateway.Nobody.GetAsync("/healthz"))[Header], (await _gateway.Nobody.GetAsync("/healthz"))[Header]);

    private Task<Answer> Get(string id, string path) => _gateway.Nobody.With(Header, id).GetAsync(path);
}
