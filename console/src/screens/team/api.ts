import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { at, call, client, refresh, useChange } from '../../api'
import type { components } from '../../schema'

type Schemas = components['schemas']
export type Colleague = Schemas['Colleague']
export type Invitation = Schemas['Invitation']
export type StaffUser = Schemas['StaffUser']
export type KeptGroup = Schemas['KeptGroup']
export type Scope = 'owner' | 'keeper'

export const useTeam = () =>
  useQuery({ queryKey: ['team'], queryFn: () => call(client.GET('/api/console/v1/team')), refetchInterval: refresh })

export const useKept = (id: string, on: boolean) =>
  useQuery({ queryKey: ['team', 'groups', id], enabled: on, queryFn: async () => (await call(client.GET('/api/console/v1/team/members/{id}/groups', at(id)))).groups })

/** useInvite makes a link for a colleague; it is shown once. */
export const useInvite = () =>
  useChange(async (v: { name: string; scope: Scope; made: (url: string, expires: number) => void }) => {
    const made = await call(client.POST('/api/console/v1/team/invitations', { body: { name: v.name, scope: v.scope } }))
    v.made(made.url, made.expires_at)
  })

export const useTakeBack = () => useChange((id: string) => call(client.DELETE('/api/console/v1/team/invitations/{id}', at(id))))

export const useChangeColleague = () =>
  useChange((v: { id: string; scope?: Scope; away_until?: number }) => {
    const { id, ...body } = v
    return call(client.PATCH('/api/console/v1/team/members/{id}', { ...at(id), body }))
  })

export const useActive = () =>
  useChange((v: { id: string; on: boolean }) =>
    call(client.POST(v.on ? '/api/console/v1/team/members/{id}/reactivate' : '/api/console/v1/team/members/{id}/deactivate', at(v.id))))

/** useHandOver gives groups to another colleague, with what is to be done in them. */
export const useHandOver = () =>
  useChange((v: { from: string; to: string; groups?: string[] }) =>
    call(client.POST('/api/console/v1/team/members/{id}/hand-over', { ...at(v.from), body: { to: v.to, groups: v.groups } })))

export const useMapStaff = () =>
  useChange((v: { id: string; account: string }) => call(client.PUT('/api/console/v1/team/staff/{id}', { ...at(v.id), body: { account_id: v.account } })))

export const useSetKeeper = () =>
  useChange((v: { group: string; keeper: string; deputy: string }) =>
    call(client.PUT('/api/console/v1/groups/{id}/keeper', { ...at(v.group), body: { keeper_id: v.keeper, deputy_id: v.deputy } })))

/** useLook says what an invitation invites to. */
export const useLook = (code: string) =>
  useQuery({ queryKey: ['invitation', code], retry: false, staleTime: Infinity, queryFn: () => call(client.POST('/api/console/v1/invitations/look', { body: { code } })) })

/** useAccept makes the account of who was invited, who is then signed in. */
export const useAccept = () => {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (v: { code: string; login: string; name: string; password: string }) => call(client.POST('/api/console/v1/invitations/accept', { body: v })),
    onSuccess: (session) => queries.setQueryData(['session'], session),
  })
}
