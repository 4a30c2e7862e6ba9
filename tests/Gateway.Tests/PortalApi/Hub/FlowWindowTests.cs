namespace Rollcall.PortalApi.Hub;

public sealed class FlowWindowTests
{
    private readonly FlowWindow _window = new();

    [Fact]
    public void A_client_that_does_not_acknowledge_is_never_waited_for_nor_asked()
    {
        _window.Begin(acknowledges: false);
        Assert.Null(_window.Sent(FlowWindow.Most * 10));
        Assert.True(_window.IsOpen);
    }

    [Fact]
    public void It_is_asked_after_a_stride_and_waited_for_after_the_most()
    {
        _window.Begin(acknowledges: true);
        Assert.Null(_window.Sent(FlowWindow.Stride - 1));
        Assert.Equal(FlowWindow.Stride, _window.Sent(1));
        Assert.Null(_window.Sent(0));
        Assert.Equal(FlowWindow.Most, _window.Sent(FlowWindow.Most - FlowWindow.Stride));
        Assert.False(_window.IsOpen);
        Assert.True(_window.Take(FlowWindow.Stride));
        Assert.True(_window.IsOpen);
    }

    [Fact]
    public void A_closed_window_always_has_a_mark_that_opens_it()
    {
        _window.Begin(acknowledges: true);
        long? mark = null;
        while (_window.IsOpen)
        {
            mark = _window.Sent(FlowWindow.Stride - 1) ?? mark;
        }

        Assert.True(_window.Take(mark!.Value));
        Assert.True(_window.IsOpen);
    }

    [Fact]
    public void A_mark_that_was_not_given_is_none_and_an_old_one_no_news()
    {
        _window.Begin(acknowledges: true);
        _window.Sent(FlowWindow.Most);
        Assert.False(_window.Take(-1));
        Assert.False(_window.IsOpen);
        Assert.True(_window.Take(FlowWindow.Most));
        Assert.True(_window.Take(5));
        Assert.True(_window.IsOpen);
        Assert.False(_window.Take(FlowWindow.Most + 1));
    }

    [Fact]
    public void A_new_watch_waits_for_nothing_of_the_former()
    {
        _window.Begin(acknowledges: true);
        _window.Sent(FlowWindow.Most);
        _window.Begin(acknowledges: true);
        Assert.True(_window.IsOpen);
        Assert.True(_window.Take(FlowWindow.Most));
        Assert.Equal(FlowWindow.Most + FlowWindow.Stride, _window.Sent(FlowWindow.Stride));
    }
}
