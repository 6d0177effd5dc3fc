import MartletModels

/// Every route that Martlet serves, shared by server and client (section 2.1; the last two are ours).
public enum BBSRoutes {
    public static let contentType = "application/x-protobuf"
    public static let traceHeader = "X-Vcap-Request-Id"

    public static let ping = BBSRoute<EmptyRequest, PingResponse>("/v1/ping")
    public static let domains = BBSRoute<EmptyRequest, DomainsResponse>("/v1/domains/list")
    public static let upsertDomain = BBSRoute<UpsertDomainRequest, LifecycleResponse>("/v1/domains/upsert")

    public static let actualLRPs = BBSRoute<ActualLRPsRequest, ActualLRPsResponse>("/v1/actual_lrps/list")
    public static let claimActualLRP = BBSRoute<ClaimActualLRPRequest, LifecycleResponse>("/v1/actual_lrps/claim")
    public static let startActualLRP = BBSRoute<StartActualLRPRequest, LifecycleResponse>("/v1/actual_lrps/start.r1")
    /// Older form: internal routes and metric tags are not looked at.
    public static let startActualLRPr0 = BBSRoute<StartActualLRPRequest, LifecycleResponse>("/v1/actual_lrps/start")
    public static let crashActualLRP = BBSRoute<CrashActualLRPRequest, LifecycleResponse>("/v1/actual_lrps/crash")
    public static let failActualLRP = BBSRoute<FailActualLRPRequest, LifecycleResponse>("/v1/actual_lrps/fail")
    public static let removeActualLRP = BBSRoute<RemoveActualLRPRequest, LifecycleResponse>("/v1/actual_lrps/remove")
    public static let retireActualLRP = BBSRoute<RetireActualLRPRequest, LifecycleResponse>("/v1/actual_lrps/retire")

    public static let desiredLRPs = BBSRoute<DesiredLRPsRequest, DesiredLRPsResponse>("/v1/desired_lrps/list.r3")
    public static let desiredLRP = BBSRoute<ProcessGUIDRequest, DesiredLRPResponse>(
        "/v1/desired_lrps/get_by_process_guid.r3"
    )
    public static let schedulingInfos = BBSRoute<DesiredLRPsRequest, DesiredLRPSchedulingInfosResponse>(
        "/v1/desired_lrp_scheduling_infos/list"
    )
    public static let schedulingInfo = BBSRoute<ProcessGUIDRequest, DesiredLRPSchedulingInfoResponse>(
        "/v1/desired_lrp_scheduling_infos/get_by_process_guid"
    )
    public static let desireLRP = BBSRoute<DesireLRPRequest, LifecycleResponse>("/v1/desired_lrp/desire.r2")
    public static let updateDesiredLRP = BBSRoute<UpdateDesiredLRPRequest, LifecycleResponse>("/v1/desired_lrp/update")
    public static let removeDesiredLRP = BBSRoute<ProcessGUIDRequest, LifecycleResponse>("/v1/desired_lrp/remove")

    public static let cells = BBSRoute<EmptyRequest, CellsResponse>("/v1/cells/list.r1")
    public static let upsertCellPresence = BBSRoute<UpsertCellPresenceRequest, LifecycleResponse>("/v1/cells/presence")
    public static let removeCellPresence = BBSRoute<RemoveCellPresenceRequest, LifecycleResponse>(
        "/v1/cells/presence/remove"
    )

    /// Answered with an event stream, not with a message.
    public static let instanceEventsPath = "/v1/events/lrp_instances.r1"

    /// Every path of the table, for tests that walk it.
    public static let paths =
        [
            ping.path, domains.path, upsertDomain.path, actualLRPs.path, claimActualLRP.path, startActualLRP.path,
            startActualLRPr0.path, crashActualLRP.path, failActualLRP.path, removeActualLRP.path, retireActualLRP.path,
            desiredLRPs.path, desiredLRP.path, schedulingInfos.path, schedulingInfo.path, desireLRP.path,
            updateDesiredLRP.path, removeDesiredLRP.path, cells.path, upsertCellPresence.path, removeCellPresence.path,
            instanceEventsPath,
        ] + taskPaths
}
