//! Reports of FunnelFlux Pro: attributes, drilldown reports, raw events
