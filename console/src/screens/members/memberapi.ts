import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { at, call, client, refresh, useChange } from '../../api'
import type { components } from '../../schema'

export type Member = components['schemas']['MemberCard']

const page = 30

export const useMember = (id: string) =>
  useQuery({ queryKey: ['members', id], queryFn: () => call(client.GET('/api/console/v1/members/{id}', at(id))), refetchInterval: refresh })

/** usePointsOf is why a member's points changed, the newest first. */
export const usePointsOf = (id: string) =>
  useInfiniteQuery({
    queryKey: ['members', id, 'points'], initialPageParam: '', refetchInterval: refresh,
    queryFn: async ({ pageParam }) => (await call(client.GET('/api/console/v1/members/{id}/points', { params: { path: { id }, query: { limit: page, ...(pageParam ? { after: pageParam } : {}) } } }))).entries,
    getNextPageParam: (last) => (last.length < page ? undefined : last.at(-1)?.id),
  })

/** useAdjust gives or takes points; the key makes a second tap the same as the first. */
export const useAdjust = () =>
  useChange((v: { id: string; points: number; reason: string; key: string }) =>
    call(client.POST('/api/console/v1/members/{id}/points', { params: { path: { id: v.id }, header: { 'Idempotency-Key': v.key } }, body: { points: v.points, reason: v.reason } })))

const housePage = 30

export const useHouseholds = () =>
  useInfiniteQuery({
    queryKey: ['households'], initialPageParam: '', refetchInterval: refresh,
    queryFn: async ({ pageParam }) => (await call(client.GET('/api/console/v1/households', { params: { query: { limit: housePage, ...(pageParam ? { after: pageParam } : {}) } } }))).households,
    getNextPageParam: (last) => (last.length < housePage ? undefined : last.at(-1)?.id),
  })

export const usePutTogether = () => useChange((members: string[]) => call(client.POST('/api/console/v1/households', { body: { members } })))

export const usePart = () => useChange((members: string[]) => call(client.POST('/api/console/v1/households/part', { body: { members } })))

/** useBrought is how many people were brought by others in each of the last weeks, the newest first. */
export const useBrought = (weeks: number) =>
  useQuery({ queryKey: ['referrals', weeks], queryFn: async () => (await call(client.GET('/api/console/v1/referrals', { params: { query: { weeks } } }))).weeks, refetchInterval: refresh })
