import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { at, call, client, useChange, useOffers } from '../../api'
import type { Decision, Fatigue, InForce, Lift, Revision, Rules, Story, Trial } from './types'

/** A level is a group's id, or "" for the whole community. */
export function useRules(group: string) {
  return useQuery({
    queryKey: ['rules', group],
    queryFn: (): Promise<InForce> =>
      group ? call(client.GET('/api/console/v1/groups/{id}/rules', at(group))) : call(client.GET('/api/console/v1/rules')),
  })
}

/** useSaveRules answers with the revision that holds then. */
export function useSaveRules() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (v: { group: string; base: number; rules: Rules }): Promise<Revision> => {
      const body = { base_rev: v.base, rules: v.rules }
      return v.group
        ? call(client.PUT('/api/console/v1/groups/{id}/rules', { ...at(v.group), body }))
        : call(client.PUT('/api/console/v1/rules', { body }))
    },
    onSettled: () => void queries.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'session' }),
  })
}

/** useTryRules asks what rules would have done and would do; it changes nothing. A large community comes in pages. */
export function useTryRules() {
  return useMutation({
    mutationFn: async (v: { group: string; rules: Rules }): Promise<Trial> => {
      const ask = (after?: string) => {
        const body = { rules: v.rules, ...(after ? { after } : {}) }
        return v.group
          ? call(client.POST('/api/console/v1/groups/{id}/rules/try', { ...at(v.group), body }))
          : call(client.POST('/api/console/v1/rules/try', { body }))
      }
      let all: Trial = await ask()
      while (all.next_after) all = joined(all, await ask(all.next_after))
      return all
    },
  })
}

/** joined adds the numbers of two pages of groups. */
function joined(a: Trial, b: Trial): Trial {
  const reasons = new Map(a.by_reason.map((r) => [r.reason, r.held]))
  for (const r of b.by_reason) reasons.set(r.reason, (reasons.get(r.reason) ?? 0) + r.held)
  return {
    ...b, posts: a.posts + b.posts, held: a.held + b.held, today: a.today + b.today, facts: a.facts + b.facts, freed: a.freed + b.freed,
    by_reason: [...reasons].map(([reason, held]) => ({ reason, held })), groups: [...a.groups, ...b.groups], pending: [...a.pending, ...b.pending],
  }
}

const page = 10

/** useRevisions lists what the rules of a level were, the newest first. */
export function useRevisions(group: string) {
  return useInfiniteQuery({
    queryKey: ['rules', group, 'revisions'],
    initialPageParam: 0,
    queryFn: async ({ pageParam }) => {
      const query = { limit: page, ...(pageParam ? { before: pageParam } : {}) }
      const sent = group
        ? client.GET('/api/console/v1/groups/{id}/rules/revisions', { params: { path: { id: group }, query } })
        : client.GET('/api/console/v1/rules/revisions', { params: { query } })
      return (await call(sent)).revisions
    },
    getNextPageParam: (last) => (last.length < page || last[last.length - 1]?.rev === 1 ? undefined : last[last.length - 1]?.rev),
  })
}

export function usePresets() {
  return useQuery({
    queryKey: ['rules', 'presets'],
    staleTime: Infinity,
    queryFn: async () => (await call(client.GET('/api/console/v1/rules/presets'))).presets,
  })
}

export type Brand = { id: string; name: string }

/** useBrands are the brands that ever handed something in; only their names are known here. */
export function useBrands(): Brand[] {
  const offers = useOffers().data ?? []
  return [...new Map(offers.map((o) => [o.brand_id, { id: o.brand_id, name: o.brand_name }])).values()]
}

/** useStory is all that happened to one post in one group. */
export function useStory(id: string) {
  return useQuery({
    queryKey: ['story', id],
    queryFn: (): Promise<Story> => call(client.GET('/api/console/v1/placements/{id}', at(id))),
  })
}

/** useDecision asks the rules about one offer in one group, now. */
export function useDecision(group: string, offer: string) {
  return useQuery({
    queryKey: ['decision', group, offer],
    queryFn: (): Promise<Decision> => call(client.GET('/api/console/v1/groups/{id}/decision', { params: { path: { id: group }, query: { offer } } })),
  })
}

/** weeks is how far ahead the calendar looks. */
const weeks = 2

/** useCalendar are the free and the closed hours of a group in the next weeks, for an offer or for any. */
export function useCalendar(group: string, offer: string) {
  return useQuery({
    queryKey: ['calendar', group, offer],
    queryFn: async () => {
      const query = { days: 7 * weeks, ...(offer ? { offer } : {}) }
      const { from, to, groups } = await call(client.GET('/api/console/v1/groups/{id}/calendar', { params: { path: { id: group }, query } }))
      return { from, to, stretches: groups[0]?.stretches ?? [], first: groups[0]?.first_free_at ?? 0 }
    },
  })
}

export function useFatigue(group: string) {
  return useQuery({
    queryKey: ['fatigue', group],
    queryFn: (): Promise<Fatigue> => call(client.GET('/api/console/v1/groups/{id}/fatigue', at(group))),
  })
}

export const useForget = () => useChange((group: string) => call(client.POST('/api/console/v1/groups/{id}/fatigue/forget', at(group))))

/** useLift compares the groups of a season; of the present one if none is named. */
export function useLift(season: number | undefined) {
  return useQuery({
    queryKey: ['lift', season],
    placeholderData: keepPreviousData,
    queryFn: (): Promise<Lift> => call(client.GET('/api/console/v1/lift', { params: { query: season === undefined ? {} : { season } } })),
  })
}
