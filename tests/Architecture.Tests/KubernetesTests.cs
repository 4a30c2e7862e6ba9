using k8s;
using k8s.Models;

namespace Rollcall;

/// <summary>deploy/kubernetes, read as the API's own types: a member that there is not, or of another kind, is an error.</summary>
public sealed class KubernetesTests
{
    private static readonly Dictionary<string, Type> Kinds = new()
    {
        ["v1/Namespace"] = typeof(V1Namespace), ["v1/ConfigMap"] = typeof(V1ConfigMap), ["v1/Service"] = typeof(V1Service),
        ["apps/v1/Deployment"] = typeof(V1Deployment), ["batch/v1/Job"] = typeof(V1Job),
        ["policy/v1/PodDisruptionBudget"] = typeof(V1PodDisruptionBudget),
        ["networking.k8s.io/v1/Ingress"] = typeof(V1Ingress), ["networking.k8s.io/v1/NetworkPolicy"] = typeof(V1NetworkPolicy),
    };

    private static readonly object[] Objects =
    [
        .. Repository.Files(".yaml", "deploy/kubernetes").Where(file => !file.EndsWith("kustomization.yaml", StringComparison.Ordinal))
            .SelectMany(file => KubernetesYaml.LoadAllFromString(Repository.Text(file), Kinds, strict: true)),
    ];

    [Fact]
    public void All_manifests_are_of_the_schema() => Assert.Equal(
        ["V1ConfigMap", "V1ConfigMap", "V1Deployment", "V1Deployment", "V1Ingress", "V1Job", "V1Namespace", "V1NetworkPolicy", "V1NetworkPolicy",
            "V1PodDisruptionBudget", "V1PodDisruptionBudget", "V1Service"],
        Objects.Select(one => one.GetType().Name).Order(StringComparer.Ordinal));

    [Fact]
    public void A_member_that_there_is_not_is_found() => Assert.ThrowsAny<Exception>(
        () => KubernetesYaml.LoadAllFromString(
            "apiVersion: v1\nkind: Service\nmetadata: { name: x }\nspec: { selectors: { app: x } }\n", Kinds, strict: true));

    [Fact]
    public void Every_file_is_listed()
    {
        var listed = Repository.Text("deploy/kubernetes/kustomization.yaml");
        Assert.All(Repository.Files(".yaml", "deploy/kubernetes"),
            file => Assert.Contains(Path.GetFileName(file), listed + " kustomization.yaml", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_program_is_without_rights_and_has_a_bound()
    {
        var pods = Objects.OfType<V1Deployment>().Select(one => one.Spec.Template.Spec)
            .Concat(Objects.OfType<V1Job>().Select(one => one.Spec.Template.Spec)).ToArray();
        Assert.Equal(3, pods.Length);
        Assert.All(pods, pod =>
        {
            Assert.True(pod.SecurityContext.RunAsNonRoot);
            Assert.False(pod.AutomountServiceAccountToken);
            Assert.False(pod.EnableServiceLinks,
                "a Service named silo, health or metrics would set SILO_PORT, HEALTH_PORT or METRICS_PORT to tcp://...");
            var program = Assert.Single(pod.Containers);
            Assert.True(program.SecurityContext.ReadOnlyRootFilesystem);
            Assert.False(program.SecurityContext.AllowPrivilegeEscalation);
            Assert.Equal(["ALL"], program.SecurityContext.Capabilities.Drop);
            Assert.Contains("memory", program.Resources.Limits.Keys);
        });
    }

    [Fact]
    public void Selectors_find_their_pods_and_a_stop_has_the_time_that_a_silo_takes()
    {
        Assert.All(Objects.OfType<V1Deployment>(), one =>
        {
            Assert.Equal(one.Spec.Selector.MatchLabels, one.Spec.Template.Metadata.Labels);
            Assert.True(one.Spec.Template.Spec.TerminationGracePeriodSeconds >= 45);
            Assert.Contains(Objects.OfType<V1PodDisruptionBudget>(),
                budget => budget.Spec.Selector.MatchLabels["app"] == one.Spec.Template.Metadata.Labels["app"]);
        });
    }
}
