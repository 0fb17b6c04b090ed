package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/models"
)

// routes is every address Siyu answers. The words after a path say who may come in.
func (s *server) routes(e *gin.Engine) {
	e.GET("/healthz", s.do(s.health))
	e.GET("/readyz", s.do(s.ready))
	e.GET("/openapi.yaml", s.do(s.openapi))

	e.GET("/wechat/official/:appid", s.do(s.verifyPush(models.OfficialAccount)))
	e.POST("/wechat/official/:appid", s.do(s.receivePush(models.OfficialAccount)))
	e.GET("/wechat/miniprogram/:appid", s.do(s.verifyPush(models.MiniProgram)))
	e.POST("/wechat/miniprogram/:appid", s.do(s.receivePush(models.MiniProgram)))
	e.GET("/wechat/work/:appid", s.do(s.verifyPush(models.WeCom)))
	e.POST("/wechat/work/:appid", s.do(s.receivePush(models.WeCom)))

	e.GET("/e/:code", s.entryPage)
	e.HEAD("/e/:code", s.entryPage)
	e.GET("/e/:code/qr.png", s.do(s.entryQR))
	e.GET("/t/:token", s.handPage)
	e.POST("/t/:token", limitBody, s.answerHand)
	e.GET("/t/:token/card.jpg", s.do(s.handCode))
	e.GET("/t/:token/picture", s.do(s.handPicture))

	e.PUT("/api/console/v1/groups/:id/way/picture", limitPicture, s.sameOrigin, s.team, s.hers, s.do(s.readGroupWay))
	console := e.Group("/api/console/v1", limitBody, s.sameOrigin)
	s.consoleRoutes(console)
	s.accountRoutes(console, e.Group("/api/console/v1", s.sameOrigin))
	s.pieceRoutes(console, e.Group("/api/console/v1", s.sameOrigin))
	s.replyRoutes(console)
	s.miniRoutes(e.Group("/api/mini/v1", limitBody))

	staff := e.Group("/api/staff/v1", limitBody)
	staff.POST("/sessions", s.do(s.staffSignIn))
	staff.POST("/redemptions", s.staff, s.do(s.redeem))
	staff.GET("/offline", s.staff, s.do(s.offlineBook))
	staff.POST("/journal", s.staff, s.do(s.journal))

	s.consolePages(e)
}

// consoleRoutes are those of the web console.
func (s *server) consoleRoutes(console gin.IRoutes) {
	s.noticeRoutes(console)
	console.POST("/session", s.do(s.signIn))
	console.GET("/session", s.anyone, s.do(s.session))
	console.PATCH("/session", s.anyone, s.do(s.setLanguage))
	console.DELETE("/session", s.do(s.signOut))
	console.GET("/today", s.organiser, s.do(s.today))
	console.GET("/funnel", s.organiser, s.do(s.funnelReport))
	console.POST("/groups", s.organiser, s.do(s.addGroup))
	console.GET("/groups/:id", s.team, s.hers, s.do(s.readGroup))
	console.GET("/sync", s.organiser, s.do(s.readSync))
	console.POST("/sync", s.organiser, s.do(s.startSync))
	console.PATCH("/groups/:id", s.organiser, s.do(s.editGroup))
	console.POST("/groups/:id/merge", s.organiser, s.do(s.mergeGroup))
	console.POST("/groups/:id/unbind", s.organiser, s.do(s.unbindGroup))
	console.GET("/groups", s.team, s.do(s.listGroups))
	console.POST("/groups/:id/retire", s.organiser, s.do(s.retireGroup))
	console.POST("/groups/:id/restore", s.organiser, s.do(s.restoreGroup))
	console.POST("/groups/:id/posts", s.team, s.hers, s.do(s.bookPost))
	console.GET("/placements/:id", s.team, s.do(s.readPlacement))
	console.GET("/stop", s.organiser, s.do(s.readStop))
	console.POST("/stop", s.organiser, s.do(s.stop))
	console.POST("/resume", s.organiser, s.do(s.resume))
	console.GET("/vetoes", s.organiser, s.do(s.listVetoes))
	console.POST("/vetoes", s.organiser, s.do(s.addVeto))
	s.teamRoutes(console)
	s.entryRoutes(console)
	s.welcomeRoutes(console)
	s.ruleRoutes(console)
	console.GET("/offers", s.organiserOrBrand, s.do(s.listOffers))
	console.POST("/offers", s.brand, s.do(s.submitOffer))
	console.POST("/offers/forecast", s.organiserOrBrand, s.do(s.forecastOffer))
	console.POST("/offers/:id/approve", s.organiser, s.do(s.approveOffer))
	console.POST("/offers/:id/decline", s.organiser, s.do(s.declineOffer))
	console.GET("/tasks", s.team, s.do(s.listTasks))
	console.GET("/tasks/unknown", s.organiser, s.do(s.listUnknownTasks))
	console.POST("/tasks/:id/settle", s.organiser, s.do(s.settleTask))
	console.GET("/tasks/:id/page.png", s.team, s.do(s.taskPageCode))
	console.POST("/tasks/:id/confirm", s.team, s.do(s.confirmTask))
	console.POST("/tasks/:id/skip", s.team, s.do(s.skipTask))
	console.GET("/pushes", s.organiser, s.do(s.listPushes))
	console.GET("/pushes/kinds", s.organiser, s.do(s.pushKinds))
	console.POST("/pushes/replay", s.organiser, s.do(s.replayDead))
	console.GET("/pushes/:id", s.organiser, s.do(s.readPush))
	console.POST("/pushes/:id/replay", s.organiser, s.do(s.replayPush))
	console.GET("/jobs", s.organiser, s.do(s.listDeadJobs))
	console.POST("/jobs/revive", s.organiser, s.do(s.reviveDead))
	console.POST("/jobs/:id/revive", s.organiser, s.do(s.reviveJob))
	console.GET("/channels", s.organiser, s.do(s.listChannels))
	console.POST("/channels/:id/check", s.organiser, s.do(s.checkChannel))
	console.POST("/channels/:id/quota/clear", s.organiser, s.do(s.clearQuota))
	console.GET("/system", s.organiser, s.do(s.system))
}

// teamRoutes are about who works with the community, whose each group is, and how it is doing.
func (s *server) teamRoutes(console gin.IRoutes) {
	console.POST("/invitations/look", s.do(s.lookInvitation))
	console.POST("/invitations/accept", s.do(s.join))
	console.GET("/team", s.organiser, s.do(s.listTeam))
	console.POST("/team/invitations", s.organiser, s.do(s.invite))
	console.DELETE("/team/invitations/:id", s.organiser, s.do(s.uninvite))
	console.PATCH("/team/members/:id", s.organiser, s.do(s.changeColleague))
	console.POST("/team/members/:id/deactivate", s.organiser, s.do(s.setActive(false)))
	console.POST("/team/members/:id/reactivate", s.organiser, s.do(s.setActive(true)))
	console.GET("/team/members/:id/groups", s.organiser, s.do(s.listKept))
	console.POST("/team/members/:id/hand-over", s.organiser, s.do(s.handOver))
	console.PUT("/team/staff/:id", s.organiser, s.do(s.mapStaff))
	console.POST("/team/staff/:id/hand-over", s.organiser, s.do(s.handOverStaff))
	console.POST("/team/staff/:id/transfer", s.organiser, s.do(s.transferGroups))
	console.PUT("/away", s.team, s.do(s.setAway))
	console.PUT("/groups/:id/keeper", s.organiser, s.do(s.setKeeper))
	console.GET("/groups/:id/health", s.team, s.hers, s.do(s.groupHealth))
	console.GET("/health", s.team, s.do(s.listHealth))
	console.GET("/health/export", s.team, s.do(s.exportHealth))
	console.GET("/health/limits", s.team, s.do(s.readHealthLimits))
	console.PUT("/health/limits", s.organiser, s.do(s.setHealthLimits))
}

// ruleRoutes are about the rules of sponsored posts: of the community, and of a group.
func (s *server) ruleRoutes(console gin.IRoutes) {
	console.GET("/rules", s.organiser, s.do(s.readRules))
	console.PUT("/rules", s.organiser, s.do(s.saveRules))
	console.GET("/rules/revisions", s.organiser, s.do(s.listRevisions))
	console.GET("/rules/presets", s.organiser, s.do(s.listPresets))
	console.POST("/rules/copy", s.organiser, s.do(s.copyRules))
	console.POST("/rules/try", s.organiser, s.do(s.tryRules))
	console.GET("/groups/:id/rules", s.team, s.hers, s.do(s.readRules))
	console.PUT("/groups/:id/rules", s.organiser, s.do(s.saveRules))
	console.GET("/groups/:id/fatigue", s.team, s.hers, s.do(s.readFatigue))
	console.POST("/groups/:id/fatigue/forget", s.organiser, s.do(s.forgetFatigue))
	console.GET("/groups/:id/rules/revisions", s.organiser, s.do(s.listRevisions))
	console.POST("/groups/:id/rules/try", s.organiser, s.do(s.tryRules))
	console.GET("/groups/:id/decision", s.team, s.hers, s.do(s.decision))
	console.GET("/groups/:id/calendar", s.team, s.hers, s.do(s.calendar))
	console.GET("/calendar", s.organiser, s.do(s.calendar))
	console.GET("/lift", s.organiser, s.do(s.lift))
}

// noticeRoutes are those of what people are sent and of what is shown to them.
func (s *server) noticeRoutes(console gin.IRoutes) {
	console.GET("/checks", s.organiser, s.do(s.listChecks))
	console.POST("/checks/:id/pass", s.organiser, s.do(s.passCheck))
	console.POST("/checks/:id/refuse", s.organiser, s.do(s.refuseCheck))
	console.GET("/templates", s.organiser, s.do(s.listTemplates))
	console.POST("/templates/sync", s.organiser, s.do(s.syncTemplates))
	console.GET("/templates/:id/notices", s.organiser, s.do(s.listNotices))
	console.POST("/templates/:id/pause", s.organiser, s.do(s.pauseTemplate))
	console.PUT("/templates/:id/purpose", s.organiser, s.do(s.setTemplatePurpose))
	console.POST("/templates/:id/resume", s.organiser, s.do(s.resumeTemplate))
	console.POST("/templates/:id/test", s.organiser, s.do(s.testTemplate))
	console.GET("/operator", s.teamOrBrand, s.do(s.operator))
	console.POST("/operator/code", s.teamOrBrand, s.do(s.operatorCode))
	console.DELETE("/operator", s.teamOrBrand, s.do(s.unbindOperator))
}

// miniRoutes are those of the Mini Program.
func (s *server) miniRoutes(mini gin.IRoutes) {
	mini.POST("/sessions", s.do(s.miniLogin))
	mini.POST("/group-entries", s.member, s.do(s.enterGroup))
	mini.POST("/phone", s.member, s.do(s.setPhone))
	mini.DELETE("/phone", s.member, s.do(s.forgetPhone))
	mini.GET("/offers", s.member, s.do(s.wall))
	mini.POST("/offers/:id/claims", s.member, s.do(s.claim))
	mini.GET("/subscriptions", s.member, s.do(s.askFor))
	mini.POST("/subscriptions", s.member, s.do(s.subscribed))
	mini.POST("/operator", s.member, s.do(s.bindOperator))
	mini.GET("/tasks", s.member, s.do(s.miniTasks))
	mini.GET("/tasks/:id", s.member, s.do(s.miniTask))
	mini.POST("/tasks/:id/confirm", s.member, s.do(s.miniConfirmTask))
	mini.POST("/tasks/:id/skip", s.member, s.do(s.miniSkipTask))
	mini.POST("/tasks/:id/card", s.member, s.do(s.cardOfTask))
	mini.GET("/vouchers", s.member, s.do(s.vouchers))
	mini.GET("/vouchers/:id/code", s.member, s.do(s.voucherCode))
}

// entryRoutes are the ways in: entries, live codes and what is said of them.
func (s *server) entryRoutes(console gin.IRoutes) {
	console.PUT("/groups/:id/way", s.team, s.hers, s.do(s.setGroupWay))
	console.GET("/videos", s.organiser, s.do(s.listVideos))
	console.POST("/videos", s.organiser, s.do(s.addVideo))
	console.GET("/entries", s.organiser, s.do(s.listEntries))
	console.POST("/entries", s.organiser, s.do(s.addEntry))
	console.GET("/entries/:id", s.organiser, s.do(s.onEntry(s.showEntry)))
	console.GET("/entries/:id/picture", s.organiser, s.do(s.entryPicture))
	console.POST("/entries/:id/renew", s.organiser, s.do(s.onEntry(s.renewEntry)))
	console.POST("/entries/:id/retire", s.organiser, s.do(s.onEntry(s.retireEntry)))
	console.GET("/slots", s.organiser, s.do(s.slots))
	console.GET("/live-codes", s.organiser, s.do(s.listLiveCodes))
	console.POST("/live-codes", s.organiser, s.do(s.addLiveCode))
	console.GET("/live-codes/:id", s.organiser, s.do(s.onLiveCode(s.showLiveCode)))
	console.PATCH("/live-codes/:id", s.organiser, s.do(s.onLiveCode(s.changeLiveCode)))
	console.POST("/live-codes/:id/retire", s.organiser, s.do(s.onLiveCode(s.retireLiveCode)))
	console.POST("/live-codes/:id/groups", s.organiser, s.do(s.onLiveCode(s.addLiveRoom)))
	console.PATCH("/live-codes/:id/groups/:group", s.organiser, s.do(s.onLiveCode(s.changeLiveRoom)))
	console.DELETE("/live-codes/:id/groups/:group", s.organiser, s.do(s.onLiveCode(s.dropLiveRoom)))
	console.GET("/warnings", s.team, s.do(s.listWarnings))
	console.POST("/warnings/:id/seen", s.team, s.do(s.seeWarning))
}

// pieceRoutes are about the organiser's own posts.
func (s *server) pieceRoutes(console, large gin.IRoutes) {
	console.GET("/pieces", s.organiser, s.do(s.listPieces))
	console.POST("/pieces", s.organiser, s.do(s.addPiece))
	console.POST("/pieces/times", s.organiser, s.do(s.pieceTimes))
	large.POST("/pieces/pictures", limitPiecePicture, s.organiser, s.do(s.addPiecePicture))
	console.GET("/pieces/pictures/:id", s.team, s.do(s.piecePicture))
	console.GET("/pieces/:id", s.organiser, s.do(s.readPiece))
	console.PUT("/pieces/:id", s.organiser, s.do(s.changePiece))
	console.DELETE("/pieces/:id", s.organiser, s.do(s.deletePiece))
	console.POST("/pieces/:id/schedule", s.organiser, s.do(s.movePiece("schedule")))
	console.POST("/pieces/:id/pause", s.organiser, s.do(s.movePiece("pause")))
	console.POST("/pieces/:id/resume", s.organiser, s.do(s.movePiece("resume")))
	console.POST("/pieces/:id/end", s.organiser, s.do(s.movePiece("end")))
	console.POST("/pieces/:id/post-now", s.organiser, s.do(s.postNow))
	console.GET("/pieces/:id/runs", s.organiser, s.do(s.listRuns))
	console.GET("/content", s.team, s.do(s.listContent))
	console.GET("/groups/:id/content", s.team, s.hers, s.do(s.readContent))
	console.GET("/groups/:id/content.ics", s.team, s.hers, s.do(s.contentFile))
}

// welcomeRoutes are about what newcomers read first, and what cards may do after they were posted.
func (s *server) welcomeRoutes(console gin.IRoutes) {
	console.GET("/welcomes", s.organiser, s.do(s.listWelcomes))
	console.POST("/welcomes", s.organiser, s.do(s.addWelcome))
	console.POST("/welcomes/preview", s.organiser, s.do(s.previewWelcome))
	console.POST("/welcomes/check", s.organiser, s.do(s.checkWelcomes))
	console.GET("/welcomes/groups", s.organiser, s.do(s.listGroupWelcomes))
	console.PUT("/welcomes/:id", s.organiser, s.do(s.changeWelcome))
	console.DELETE("/welcomes/:id", s.organiser, s.do(s.deleteWelcome))
	console.PUT("/groups/:id/welcome", s.organiser, s.do(s.sayGroupWelcome))
	console.GET("/channels/:id/cards", s.organiser, s.do(s.readCardRights))
	console.PUT("/channels/:id/cards", s.organiser, s.do(s.setCardRights))
}

// replyRoutes are about what people are answered.
func (s *server) replyRoutes(console gin.IRoutes) {
	console.GET("/replies", s.organiser, s.do(s.listReplies))
	console.POST("/replies", s.organiser, s.do(s.addReply))
	console.PUT("/replies/order", s.organiser, s.do(s.orderReplies))
	console.POST("/replies/try", s.organiser, s.do(s.tryReply))
	console.PATCH("/replies/:id", s.organiser, s.do(s.changeReply))
	console.DELETE("/replies/:id", s.organiser, s.do(s.deleteReply))
	console.GET("/opening-hours", s.organiser, s.do(s.openHours))
	console.PUT("/opening-hours", s.organiser, s.do(s.setOpenHours))
	console.GET("/messages", s.organiser, s.do(s.listMessages))
}

// accountRoutes are what an organiser does with her Official Account: its menu, tags, drafts and broadcasts. What she sends
// to the large ones has limits of its own.
func (s *server) accountRoutes(console, large gin.IRoutes) {
	console.GET("/menu", s.organiser, s.do(s.menu))
	console.PUT("/menu", s.organiser, s.do(s.saveMenu))
	console.GET("/menu/revisions", s.organiser, s.do(s.listMenuRevisions))
	console.POST("/menu/restore", s.organiser, s.do(s.restoreMenu))
	console.POST("/menu/publish", s.organiser, s.do(s.publishMenu))
	console.GET("/tags", s.organiser, s.do(s.listTags))
	console.POST("/tags", s.organiser, s.do(s.createTag))
	console.PUT("/tags/:id", s.organiser, s.do(s.editTag))
	console.DELETE("/tags/:id", s.organiser, s.do(s.deleteTag))
	console.GET("/tags/:id/members", s.organiser, s.do(s.listTaggedMembers))
	console.POST("/tags/:id/members", s.organiser, s.do(s.tagMembers))
	console.GET("/drafts", s.organiser, s.do(s.listDrafts))
	console.GET("/drafts/:media_id", s.organiser, s.do(s.readDraft))
	console.DELETE("/drafts/:media_id", s.organiser, s.do(s.deleteDraft))
	console.POST("/drafts/:media_id/publish", s.organiser, s.do(s.publishDraft))
	console.GET("/articles", s.organiser, s.do(s.listArticles))
	console.GET("/broadcasts", s.organiser, s.do(s.listBroadcasts))
	console.POST("/broadcasts", s.organiser, s.do(s.createBroadcast))
	console.GET("/broadcasts/:id", s.organiser, s.do(s.readBroadcast))
	console.PUT("/broadcasts/:id", s.organiser, s.do(s.editBroadcast))
	console.GET("/broadcasts/:id/forecast", s.organiser, s.do(s.forecastBroadcast))
	console.POST("/broadcasts/:id/preview", s.organiser, s.do(s.previewBroadcast))
	console.POST("/broadcasts/:id/confirm", s.organiser, s.do(s.confirmBroadcast))
	console.POST("/broadcasts/:id/cancel", s.organiser, s.do(s.cancelBroadcast))
	console.GET("/broadcast-settings", s.organiser, s.do(s.broadcastSettings))
	console.PUT("/broadcast-settings", s.organiser, s.do(s.setBroadcastSettings))

	large.POST("/drafts", limitDraft, s.organiser, s.do(s.addDraft))
	large.PUT("/drafts/:media_id", limitDraft, s.organiser, s.do(s.editDraft))
	large.POST("/pictures", limitUpload, s.organiser, s.do(s.uploadPicture))
}
