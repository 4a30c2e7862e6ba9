namespace Rollcall.Running;

/// <summary>Devices of a gateway in this process, whose portal tokens it makes itself.</summary>
internal static class GatewayDevices
{
    extension(TestDevice device)
    {
        /// <summary>A new device with a secret, in a customer of its own unless one is named.</summary>
        public static Task<TestDevice> CreateAsync(TestGateway gateway, string? customer = null, string? id = null)
        {
            customer ??= TestGateway.NewName("customer");
            return TestDevice.CreateAsync(gateway.Nobody, gateway.Portal("owner", customer), customer, id ?? TestGateway.NewName("device"));
        }

        /// <summary>A new device that has signed in.</summary>
        public static Task<TestDevice> SignedInAsync(TestGateway gateway, string? customer = null, string? id = null)
        {
            customer ??= TestGateway.NewName("customer");
            return TestDevice.SignedInAsync(gateway.Nobody, gateway.Portal("owner", customer), customer, id ?? TestGateway.NewName("device"));
        }

        /// <summary>The same device at another gateway, after a restart.</summary>
        public TestDevice At(TestGateway gateway) => device.At(gateway.Nobody, gateway.Portal("owner", device.Customer));
    }

    extension(TestLink)
    {
        public static Task<TestLink> OpenAsync(TestGateway gateway, string token, string? header = "X-Device-Session", Uri? through = null) =>
            TestLink.OpenAsync(through ?? gateway.Address, token, header);

        public static Task<TestLink> GreetedAsync(TestGateway gateway, TestDevice device) => TestLink.GreetedAsync(gateway.Address, device.Token);
    }
}
