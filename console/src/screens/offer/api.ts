import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { ApiError, at, call, client, newKey, refresh, useChange } from '../../api'
import type { components } from '../../schema'
import type { Offer } from '../../types'

type Schemas = components['schemas']
export type Finding = Schemas['Finding']
export type Terms = Schemas['OfferTerms']
export type OfferGroup = Schemas['OfferGroup']
export type Stage = Schemas['OfferStage']
export type DraftBody = Schemas['OfferDraft']
export type Choice = Schemas['OfferChoice']

export const useOffer = (id: string) =>
  useQuery({ queryKey: ['offers', id], queryFn: () => call(client.GET('/api/console/v1/offers/{id}', at(id))), refetchInterval: refresh })

export const useTerms = (id: string, on: boolean) =>
  useQuery({ queryKey: ['offers', id, 'terms'], enabled: on, queryFn: () => call(client.GET('/api/console/v1/offers/{id}/terms', at(id))) })

/** useOfferGroups is what was decided about an offer in each group, a page at a time. */
export const useOfferGroups = (id: string, limit: number, on = true) =>
  useInfiniteQuery({
    queryKey: ['offers', id, 'groups', limit], enabled: on, initialPageParam: '',
    queryFn: ({ pageParam }) => call(client.GET('/api/console/v1/offers/{id}/groups', { params: { path: { id }, query: { limit, ...(pageParam ? { after: pageParam } : {}) } } })),
    getNextPageParam: (page) => page.next,
  })

const patience = 500

/** useLint asks what a draft's words break, when nothing was typed for a moment. */
export function useLint(draft: DraftBody): Finding[] {
  const text = JSON.stringify({ title: draft.title, body: draft.body, ad_label: draft.ad_label, words: draft.words })
  const [asked, setAsked] = useState('')
  useEffect(() => {
    const later = setTimeout(() => setAsked(text), patience)
    return () => clearTimeout(later)
  }, [text])
  const lint = useQuery({
    queryKey: ['lint', asked], enabled: asked !== '', staleTime: Infinity, placeholderData: keepPreviousData,
    queryFn: async () => (await call(client.POST('/api/console/v1/offers/lint', { body: JSON.parse(asked) as DraftBody }))).findings,
  })
  return lint.data ?? []
}

/** Kept is what a save brings back. */
type Kept = (offer: Offer) => void

/**
 * useSaveDraft keeps a new offer under one key for the filled-in form: if the answer was lost, asking again makes no second
 * offer. What was stored then may be older than what the form says now, so that it is written once more.
 */
export function useSaveDraft() {
  const sent = useRef({ key: '', lost: false })
  return useChange(async (v: { draft: DraftBody; kept: Kept }) => {
    const s = sent.current
    s.key ||= newKey()
    try {
      let offer = await call(client.POST('/api/console/v1/offers/drafts', { params: { header: { 'Idempotency-Key': s.key } }, body: v.draft }))
      if (s.lost) offer = await call(client.PUT('/api/console/v1/offers/{id}', { ...at(offer.id), body: { ...v.draft, rev: offer.rev ?? 0 } }))
      sent.current = { key: '', lost: false }
      v.kept(offer)
    } catch (error) {
      if (error instanceof ApiError && (error.status === 0 || error.status >= 500)) s.lost = true
      throw error
    }
  })
}

export const useEditOffer = () =>
  useChange(async (v: { id: string; rev: number; draft: DraftBody; kept: Kept }) =>
    v.kept(await call(client.PUT('/api/console/v1/offers/{id}', { ...at(v.id), body: { ...v.draft, rev: v.rev } }))))

export const useHandIn = () =>
  useChange((v: { id: string; rev?: number }) => call(client.POST('/api/console/v1/offers/{id}/submit', { ...at(v.id), body: { rev: v.rev ?? 0 } })))

export const useDelete = () => useChange((id: string) => call(client.DELETE('/api/console/v1/offers/{id}', at(id))), (id) => ['offers', id])

/** useCopy makes one copy however often it is asked until there is an answer. */
export function useCopy() {
  const sent = useRef({ id: '', key: '' })
  return useChange(async (v: { id: string; kept: Kept }) => {
    if (sent.current.id !== v.id) sent.current = { id: v.id, key: newKey() }
    const made = await call(client.POST('/api/console/v1/offers/{id}/copy', { params: { path: { id: v.id }, header: { 'Idempotency-Key': sent.current.key } } }))
    sent.current = { id: '', key: '' }
    v.kept(made)
  })
}

export const useStock = () =>
  useChange((v: { id: string; was: number; stock: number }) => call(client.PUT('/api/console/v1/offers/{id}/stock', { ...at(v.id), body: { was: v.was, stock: v.stock } })))

export const useWithdraw = () =>
  useChange((v: { id: string; reason: string }) => call(client.POST('/api/console/v1/offers/{id}/withdraw', { ...at(v.id), body: { reason: v.reason } })))

export const useChoose = () =>
  useChange((v: { id: string; choice: Choice }) => call(client.POST('/api/console/v1/offers/{id}/groups', { ...at(v.id), body: v.choice })))

export const useApproveChange = () =>
  useChange((v: { id: string; change: string }) => call(client.POST('/api/console/v1/offers/{id}/change/approve', { ...at(v.id), body: { change_id: v.change } })))

export const useDeclineChange = () =>
  useChange((v: { id: string; change: string; reason: string }) =>
    call(client.POST('/api/console/v1/offers/{id}/change/decline', { ...at(v.id), body: { change_id: v.change, reason: v.reason } })))
