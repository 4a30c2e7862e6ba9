# Three images: --target silo, gateway or agent. Each is its program alone, runs as a user without rights, and writes to /tmp only
# (the agent to /state as well). What is chosen here was measured: docs/decisions/0019-images.md.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS restore
WORKDIR /src
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 UseSharedCompilation=false
# Packages change more rarely than code: this layer is made anew only when a list of packages does.
COPY Directory.Build.props Directory.Packages.props global.json BannedSymbols.txt .editorconfig ./
COPY Grains.Abstractions/Grains.Abstractions.csproj Grains.Abstractions/packages.lock.json Grains.Abstractions/
COPY Grains/Grains.csproj Grains/packages.lock.json Grains/
COPY Stores/Stores.csproj Stores/packages.lock.json Stores/
COPY Hosting/Hosting.csproj Hosting/packages.lock.json Hosting/
COPY Portal/Portal.csproj Portal/
COPY DeviceAgent/DeviceAgent.csproj DeviceAgent/
COPY Gateway/Gateway.csproj Gateway/packages.lock.json Gateway/
COPY Silo/Silo.csproj Silo/packages.lock.json Silo/
# First what the locks name, by its hash; what this platform needs beside it comes with the SDK's own version.
RUN dotnet restore Silo --locked-mode && dotnet restore Gateway --locked-mode
RUN dotnet restore Silo -p:ForImage=true && dotnet restore Gateway -p:ForImage=true

# Which commit this is: --build-arg COMMIT=$(git rev-parse HEAD). The context has no .git that the build could ask.
FROM restore AS build
ARG COMMIT=
ENV SourceRevisionId=$COMMIT

FROM build AS build-silo
COPY Grains.Abstractions Grains.Abstractions
COPY Grains Grains
COPY Stores Stores
COPY Hosting Hosting
COPY Silo Silo
RUN dotnet publish Silo -c Release --no-restore -p:ForImage=true -o /app

FROM build AS build-gateway
COPY Grains.Abstractions Grains.Abstractions
COPY Grains Grains
COPY Stores Stores
COPY Hosting Hosting
COPY Portal Portal
COPY DeviceAgent DeviceAgent
COPY Gateway Gateway
RUN dotnet publish Gateway -c Release --no-restore -p:ForImage=true -o /app

FROM build AS build-agent
COPY DeviceAgent DeviceAgent
RUN dotnet publish DeviceAgent -c Release --no-restore -o /app && mkdir -m 700 /state

FROM mcr.microsoft.com/dotnet/aspnet:10.0 AS silo
WORKDIR /app
COPY --from=build-silo /app .
# Others reach it at the address that its host name has.
ENV SILO_ADDRESS=* ASPNETCORE_HTTP_PORTS=
USER $APP_UID
EXPOSE 11111 30000 3003
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s --retries=3 CMD ["dotnet", "Rollcall.Silo.dll", "healthcheck"]
ENTRYPOINT ["dotnet", "Rollcall.Silo.dll"]

FROM mcr.microsoft.com/dotnet/aspnet:10.0 AS gateway
WORKDIR /app
COPY --from=build-gateway /app .
ENV LISTEN_ADDRESS=* ASPNETCORE_HTTP_PORTS=
USER $APP_UID
EXPOSE 3001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s --retries=3 CMD ["dotnet", "Rollcall.Gateway.dll", "healthcheck"]
ENTRYPOINT ["dotnet", "Rollcall.Gateway.dll"]

FROM mcr.microsoft.com/dotnet/runtime:10.0 AS agent
WORKDIR /app
COPY --from=build-agent /app .
# A volume that is new takes over whose this folder is.
COPY --from=build-agent --chown=1654:1654 /state /state
ENV STATE_DIR=/state
VOLUME /state
USER $APP_UID
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --start-interval=2s --retries=3 CMD ["dotnet", "DeviceAgent.dll", "healthcheck"]
ENTRYPOINT ["dotnet", "DeviceAgent.dll"]
