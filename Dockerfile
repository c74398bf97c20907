# LoadLab as an image: one native binary and the scenarios, no shell, no runtime, an ordinary user.
#
#   docker build -t loadlab .
#   docker build -t loadlab --build-arg VERSION=0.2.0 --build-arg REVISION=$(git rev-parse HEAD) .      names the version and the commit
#
# Where no registry can be reached, give both base images: one with the .NET 10 SDK, and any with a C library.
ARG BUILD_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled

FROM ${BUILD_IMAGE} AS build
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
# The linker of native code. An image that has one already is taken as it is.
RUN command -v gcc >/dev/null || { apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*; }
WORKDIR /source
# Which LoadLab this is: there is no git here to say so.
ARG VERSION
ARG REVISION
COPY src src
COPY scenarios scenarios
RUN case $(uname -m) in aarch64) rid=linux-arm64 ;; *) rid=linux-x64 ;; esac \
 && dotnet publish src/LoadLab.Cli/LoadLab.Cli.csproj -c Release -r "$rid" -o /out -v quiet --nologo \
      -p:PublishAot=true -p:OptimizationPreference=Speed -p:StripSymbols=true -p:DebugType=none -p:RunAnalyzers=false \
      -p:GenerateDocumentationFile=false -p:TreatWarningsAsErrors=false -p:NuGetAudit=false \
      ${VERSION:+-p:Version=$VERSION} ${REVISION:+-p:SourceRevisionId=$REVISION} \
 && rm -f /out/*.dbg /out/*.pdb && /out/loadlab --version \
 && mkdir /results && chmod 1777 /results

FROM ${RUNTIME_IMAGE}
COPY --from=build /out /app
COPY LICENSE THIRD-PARTY-NOTICES.txt /app/
# Somebody who mounts no folder still gets results, in the container.
COPY --from=build /results /results
ENV LOADLAB_ROOT=/app LOADLAB_RESULTS=/results
WORKDIR /results
USER 1654:1654
ENTRYPOINT ["/app/loadlab"]
CMD ["--help"]
# Of a server: does it answer? Anything else than 'serve' turns this off (docker-compose.yml does).
HEALTHCHECK --interval=5s --timeout=3s --retries=3 CMD ["/app/loadlab", "ask", "127.0.0.1:9000"]
