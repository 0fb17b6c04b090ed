import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { at, call, client, refresh, useChange } from '../../api'
import type { components } from '../../schema'

type Schemas = components['schemas']
export type Contract = Schemas['Contract']
export type Basis = Schemas['Basis']
export type Due = Schemas['Due']
export type Statement = Schemas['Statement']
export type LineSum = Schemas['LineSum']
export type Closing = Schemas['Closing']

export const useDues = () =>
  useQuery({ queryKey: ['dues'], queryFn: async () => (await call(client.GET('/api/console/v1/dues'))).dues, refetchInterval: refresh })

export const useContracts = () =>
  useQuery({ queryKey: ['contracts'], queryFn: async () => (await call(client.GET('/api/console/v1/contracts'))).contracts, refetchInterval: refresh })

export const useStatements = () =>
  useInfiniteQuery({
    queryKey: ['statements'], initialPageParam: '', refetchInterval: refresh,
    queryFn: ({ pageParam }) => call(client.GET('/api/console/v1/statements', { params: { query: { limit: 50, ...(pageParam ? { after: pageParam } : {}) } } })),
    getNextPageParam: (page) => page.next || undefined,
  })

export const useStatement = (id: string) =>
  useQuery({ queryKey: ['statements', id], queryFn: () => call(client.GET('/api/console/v1/statements/{id}', at(id))) })

export const useLines = (id: string) =>
  useInfiniteQuery({
    queryKey: ['statements', id, 'lines'], initialPageParam: 0,
    queryFn: ({ pageParam }) => call(client.GET('/api/console/v1/statements/{id}/lines', { params: { path: { id }, query: { limit: 50, ...(pageParam ? { after: pageParam } : {}) } } })),
    getNextPageParam: (page) => page.next || undefined,
  })

/** NewContract is how a brand pays from a moment on. */
export interface NewContract { brand_id: string; offer_id: string; basis: Basis; price: number; currency: string; month_cap: number; from_at: number; until_at: number; note: string }

export const useAddContract = () => useChange((body: NewContract) => call(client.POST('/api/console/v1/contracts', { body })))

export const useClose = () =>
  useChange(async (v: { brand: string; currency: string; month: string; closed: (statement: Statement) => void }) =>
    v.closed(await call(client.POST('/api/console/v1/statements', { body: { brand_id: v.brand, currency: v.currency, month: v.month } }))))

export const usePaid = () =>
  useChange((v: { id: string; note: string }) => call(client.POST('/api/console/v1/statements/{id}/paid', { ...at(v.id), body: { note: v.note } })))

export const useReviewed = () =>
  useChange((id: string) => call(client.POST('/api/console/v1/statements/{id}/review', at(id))))

/** useClosing is when months close by themselves; only an organiser may ask. */
export const useClosing = () =>
  useQuery({ queryKey: ['closing'], queryFn: () => call(client.GET('/api/console/v1/statements/closing')), refetchInterval: refresh })

export const useSetClosing = () =>
  useChange((body: { by_itself: boolean; days: number }) => call(client.PUT('/api/console/v1/statements/closing', { body })))
