import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { at, call, client, refresh, useChange } from '../../api'
import type { components } from '../../schema'

type Schemas = components['schemas']
export type Appeal = Schemas['Appeal']
export type Policy = Schemas['GatePolicy']
export type Report = Schemas['GateReport']
export type AppealState = Appeal['state']

const page = 50

export const useGate = () => useQuery({ queryKey: ['gate'], queryFn: () => call(client.GET('/api/console/v1/gate')) })

export const useSetGate = () => useChange((policy: Policy) => call(client.PUT('/api/console/v1/gate', { body: policy })))

export const useAppeals = (state: AppealState) =>
  useInfiniteQuery({
    queryKey: ['appeals', state], initialPageParam: '', refetchInterval: refresh,
    queryFn: async ({ pageParam }) => (await call(client.GET('/api/console/v1/appeals', { params: { query: { state, limit: page, ...(pageParam ? { before: pageParam } : {}) } } }))).appeals,
    getNextPageParam: (last) => (last.length < page ? undefined : last.at(-1)?.id),
  })

export const useDecideAppeal = () =>
  useChange((v: { id: string; uphold: boolean; note: string }) =>
    call(client.POST(v.uphold ? '/api/console/v1/appeals/{id}/uphold' : '/api/console/v1/appeals/{id}/dismiss', { ...at(v.id), body: { note: v.note } })))
